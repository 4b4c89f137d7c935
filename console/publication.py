"""Procedures published for everybody (niêm yết): found without diacritics, each on a page with what it asks and takes.

Read from the store, so a version that was published while the engine runs is there at once, and every earlier version
stays under its address, with what the next one changed (NĐ 63/2010/NĐ-CP, Điều 8 and 24: bộ phận tạo thành, niêm yết).
"""

from collections.abc import Sequence
from typing import NamedTuple

from fastapi import Request, Response

from api.catalogue import MOST_VERSIONS
from api.errors import NotFound
from api.parts import KnownParts
from console.names import names_of
from console.pictures.route_map import route_map
from console.procedure_words import CHANNELS, HAND_OVERS, LEVELS, POLICIES, SILENCES, changes, condition_words
from console.rendering import page
from console.routes import pages
from console.usual import usual_words
from dossiers.procedure import Channel, Procedure
from dossiers.values import ProcedureCode
from store.catalogue import PublishedVersion, list_versions, search_procedures

router = pages()

_WORDS_MOST = 200


class VersionTold(NamedTuple):
    """A version in the history, and what it changed; nothing is said of the first."""

    row: PublishedVersion
    changes: tuple[str, ...]


@router.get("/procedures")
async def show_all(request: Request, parts: KnownParts) -> Response:
    """Everything that may be filed today, by field."""
    words = request.query_params.get("q", "").strip()[:_WORDS_MOST]
    async with parts.database.transaction() as tx:
        found = await search_procedures(tx, parts.now().date(), words)
    fields = {
        field: [one for one in found if one.field == field] for field in dict.fromkeys(one.field for one in found)
    }
    return page(request, "procedures.html", words=words, fields=fields, count=len(found), levels=LEVELS)


@router.get("/procedures/{code}")
async def show(request: Request, code: str, parts: KnownParts) -> Response:
    """The version of today, or the one that the address names."""
    wanted = _version(request.query_params.get("version"))
    today = parts.now().date()
    current = await parts.catalogue.procedure_on(ProcedureCode(code), today)
    if current is None:
        raise NotFound
    procedure = current if wanted is None else await parts.catalogue.procedure(ProcedureCode(code), wanted)
    if procedure is None:
        raise NotFound
    async with parts.database.transaction() as tx:
        versions = await list_versions(tx, procedure.code)
        usual = await usual_words(tx, procedure.code)
    return page(
        request,
        "procedure.html",
        procedure=procedure,
        is_current=procedure.version == current.version,
        is_filed_today=procedure.version == current.version and procedure.is_in_force(today),
        is_filed_online=Channel.ONLINE in procedure.channels,
        picture=route_map(procedure),
        names=await names_of(parts.directories),
        conditions={one.id: condition_words(procedure, one.when) for one in procedure.steps if one.when is not None},
        history=await _history(parts, procedure.code, versions),
        usual=usual,
        levels=LEVELS,
        channels=CHANNELS,
        hand_overs=HAND_OVERS,
        silences=SILENCES,
        policies=POLICIES,
    )


def _version(written: str | None) -> int | None:
    """Raises `NotFound` for what names no version."""
    if written is None:
        return None
    if not (written.isascii() and written.isdigit()) or int(written) not in range(1, MOST_VERSIONS + 1):
        raise NotFound
    return int(written)


async def _history(
    parts: KnownParts, code: ProcedureCode, versions: Sequence[PublishedVersion]
) -> tuple[VersionTold, ...]:
    """The newest first."""
    read: list[Procedure] = []
    for row in versions:
        found = await parts.catalogue.procedure(code, row.version)
        assert found is not None, "a published version stays published"
        read.append(found)
    before: list[Procedure | None] = [*read[1:], None]
    return tuple(
        VersionTold(row, () if earlier is None else changes(earlier, later))
        for row, later, earlier in zip(versions, read, before, strict=True)
    )
