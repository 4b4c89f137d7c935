"""What a test does to a running stack beside the command line: file a dossier, act on it, tamper with its rows."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

import asyncpg

from cli.operation import joined
from tests.cli.conftest import Lienthong
from tests.commands.office import Office
from tests.support.builders import PERMIT

T = TypeVar("T")


def environment_of(lienthong: Lienthong) -> dict[str, str]:
    """What joins the stack of this data directory."""
    environment: dict[str, str] = json.loads((lienthong.data / "stack.json").read_text(encoding="utf-8"))["environment"]
    return environment


def in_office(lienthong: Lienthong, do: Callable[[Office], Awaitable[T]]) -> T:
    """Something done by the stack's own way in."""

    async def doing() -> T:
        environment = environment_of(lienthong)
        async with (
            asyncpg.create_pool(environment["LIENTHONG_OWNER_DATABASE_URL"], min_size=1, max_size=2) as owner,
            joined(environment) as product,
        ):
            return await do(Office(product.database, product.client, product.settings.task_queue, owner))

    return asyncio.run(doing())


def file_dossier(lienthong: Lienthong) -> UUID:
    """A permit asked for online."""
    return in_office(lienthong, lambda office: office.file(PERMIT))


def owner_executes(lienthong: Lienthong, statement: str) -> None:
    """Tamper with rows, as only the owner of the schema can."""

    async def execute(office: Office) -> None:
        await office.owner.execute(statement)

    in_office(lienthong, execute)
