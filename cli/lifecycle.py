"""`setup`, `up`, `down`, `reset`: the stack of this checkout, from first start to deletion."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from cli.report import AsJson, Report, report, table
from cli.surroundings import cluster_directory, data_directory
from embedded.accounts import unprivileged_account
from embedded.data_directory import DataDirectory, StackRecord
from embedded.failures import EmbeddedFailure
from embedded.processes import end, last_words
from embedded.stack import Stack, end_strays

START_LIMIT = 90.0
STOP_LIMIT = 10.0


async def setup(*, json: AsJson = False) -> None:
    """Chuẩn bị dữ liệu: tạo cơ sở dữ liệu, cập nhật lược đồ, rồi dừng."""
    told, data = report(as_json=json), data_directory()
    warn_root(told)
    if data.running() is None:
        async with Stack.services_only(data.path, say=told.say):
            pass
    told.answer({"data": str(data.path)}, f"Đã chuẩn bị {data.path}; `lienthong up` để chạy.")


async def up(
    *,
    detach: Annotated[bool, Parameter(negative="", help="Trả lại dòng lệnh khi mọi thứ đã sẵn sàng.")] = False,
    workers: Annotated[int, Parameter(help="Số tiến trình worker.")] = 1,
    json: AsJson = False,
) -> None:
    """Chạy mọi thứ: PostgreSQL, Temporal, worker, API. Ctrl-C để dừng."""
    told, data = report(as_json=json), data_directory()
    warn_root(told)
    refuse_beside(cluster_directory(), "lienthong cluster down")
    if data.is_locked():
        show(told, await until_ready(data), "đang chạy sẵn")
    elif detach:
        await start_detached(told, data, "up", "--workers", str(workers))
    else:
        await stay(told, data, Stack.start(data.path, workers=workers, say=told.say))


async def down(*, json: AsJson = False) -> None:
    """Dừng những gì `lienthong up` đã chạy."""
    told = report(as_json=json)
    await bring_down(told, data_directory())


async def reset(
    *, yes: Annotated[bool, Parameter(negative="", help="Không hỏi lại.")] = False, json: AsJson = False
) -> None:
    """Dừng và xoá toàn bộ dữ liệu."""
    told, data, cluster = report(as_json=json), data_directory(), cluster_directory()
    doomed = [str(path) for directory in (data, cluster) for path in directory.contents()]
    if not doomed:
        told.answer({"deleted": []}, "Không có dữ liệu nào để xoá.")
        return
    told.say("Sẽ dừng mọi tiến trình và xoá vĩnh viễn: " + ", ".join(doomed))
    if not yes and Console(stderr=True).input("Gõ “xoá” để đồng ý: ").strip().lower() not in ("xoá", "xóa"):
        message = "Không xoá gì cả."
        raise EmbeddedFailure(message)
    stopped = {**await _stop(cluster), **await _stop(data)}
    cluster.delete()
    data.delete()
    told.answer({"stopped": stopped, "deleted": doomed}, *(f"Đã xoá {path}." for path in doomed))


async def stay(told: Report, data: DataDirectory, start: AbstractAsyncContextManager[Stack]) -> None:
    """In the foreground, until a signal ends it."""
    try:
        async with ended_by_signal(), start as stack:
            record = data.running()
            assert record is not None
            show(told, record, "sẵn sàng")
            await stack.forever()
    except asyncio.CancelledError:
        told.say("Đã dừng.")


async def start_detached(told: Report, data: DataDirectory, *command: str) -> None:
    """The same command line again, in a process of its own that outlives this one."""
    data.prepare()
    log = data.log("stack")
    told.say(f"Nhật ký: {log}")
    show(told, await until_ready(data, _detached(log, command)), "sẵn sàng")


def _detached(log: Path, command: tuple[str, ...]) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "cli", *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


async def bring_down(told: Report, data: DataDirectory) -> None:
    """Stop what runs there, and what a killed run left."""
    stopped = await _stop(data)
    words = [f"Đã dừng {name} (tiến trình {pid})." for name, pid in stopped.items()] or ["Không có gì đang chạy."]
    told.answer({"stopped": stopped}, *words)


def refuse_beside(other: DataDirectory, remedy: str) -> None:
    """Two forms at once would leave every other command guessing which is meant."""
    if other.is_locked():
        message = f"Hệ thống ở {other.path} đang chạy; dừng nó trước: `{remedy}`."
        raise EmbeddedFailure(message)


async def until_ready(data: DataDirectory, child: subprocess.Popen[bytes] | None = None) -> StackRecord:
    async with asyncio.timeout(START_LIMIT):
        while True:
            record = data.running()
            if record is not None and record.ready:
                return record
            if child is not None and child.poll() is not None:
                message = f"Không khởi động được; nhật ký {data.log('stack')}:\n{last_words(data.log('stack'))}"
                raise EmbeddedFailure(message)
            await asyncio.sleep(0.1)


async def _stop(data: DataDirectory) -> dict[str, int]:
    """What ran and runs no more, by name."""
    record = data.running()
    if record is None:
        return await end_strays(data)
    await end(record.pid, within=STOP_LIMIT)
    return {**record.pids, "lienthong": record.pid}


@asynccontextmanager
async def ended_by_signal() -> AsyncIterator[None]:
    """The first signal ends what runs inside; later ones must not cut its ending short."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def end_once() -> None:
        for number in signals:
            loop.add_signal_handler(number, lambda: None)
        task.cancel()

    for number in signals:
        loop.add_signal_handler(number, end_once)
    yield


#: What people open, beside the services that the stack itself knows.
_PAGES = {"officers": "/officer", "tracking": "/tracking"}


def show(told: Report, record: StackRecord, state: str) -> None:
    pages = {name: f"{record.urls['api']}{path}" for name, path in _PAGES.items() if "api" in record.urls}
    urls = {**pages, **record.urls}
    rows = [[name, url] for name, url in urls.items()]
    answer = {"state": state, "pid": record.pid, "pids": record.pids, "urls": urls}
    told.answer(answer, table("dịch vụ", "địa chỉ", rows=rows), state)


def warn_root(told: Report) -> None:
    account = unprivileged_account()
    if account is not None:
        told.say(f"Cảnh báo: đang chạy bằng root; PostgreSQL chạy bằng tài khoản {account.name}.")
