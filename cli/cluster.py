"""`cluster`: the distributed form on this machine, and its processes replaced one by one while callers go on."""

import asyncio
import os
import signal
from typing import Annotated

import httpx
from cyclopts import App, Parameter

from cli.lifecycle import bring_down, refuse_beside, show, start_detached, stay, until_ready, warn_root
from cli.report import AsJson, report, table
from cli.surroundings import cluster_directory, data_directory
from embedded.cluster import Cluster, programs
from embedded.data_directory import DataDirectory, StackRecord
from embedded.failures import EmbeddedFailure

app = App(name="cluster", help="Mô hình phân tán, chạy trên một máy.")

#: One process, from being told to stop until its successor works.
REPLACED_WITHIN = 60.0


class ClusterAway(EmbeddedFailure):
    """No cluster runs here."""

    code = "cluster-away"


@app.default
async def up(
    *,
    detach: Annotated[bool, Parameter(negative="", help="Trả lại dòng lệnh khi mọi thứ đã sẵn sàng.")] = False,
    workers: Annotated[int, Parameter(help="Số worker chạy quy trình; thêm một worker chạy tác vụ.")] = 2,
    apis: Annotated[int, Parameter(help="Số tiến trình API sau một địa chỉ.")] = 2,
    json: AsJson = False,
) -> None:
    """Chạy cụm: PostgreSQL, Temporal trên PostgreSQL, các worker, các API sau một địa chỉ. Ctrl-C để dừng."""
    told, data = report(as_json=json), cluster_directory()
    warn_root(told)
    refuse_beside(data_directory(), "lienthong down")
    if data.is_locked():
        show(told, await until_ready(data), "đang chạy sẵn")
    elif detach:
        await programs(os.environ, say=told.say)  # minutes at the first time, and here somebody sees how far it is
        await start_detached(told, data, "cluster", "--workers", str(workers), "--apis", str(apis))
    else:
        await stay(told, data, Cluster.start(data.path, workers=workers, apis=apis, say=told.say))


@app.command
async def build(*, json: AsJson = False) -> None:
    """Biên dịch Temporal trước, để lần chạy đầu không phải chờ."""
    told = report(as_json=json)
    places = [str(place) for place in await programs(os.environ, say=told.say)]
    told.answer({"programs": places}, *places)


@app.command
async def down(*, json: AsJson = False) -> None:
    """Dừng cụm."""
    await bring_down(report(as_json=json), cluster_directory())


@app.command
async def restart(*, json: AsJson = False) -> None:
    """Thay lần lượt từng worker và API bằng tiến trình mới; người gọi không thấy lỗi nào."""
    told, data = report(as_json=json), cluster_directory()
    record = data.running()
    if record is None or not record.ready:
        message = "Không có cụm nào đang chạy ở đây: `lienthong cluster`."
        raise ClusterAway(message)
    seconds: dict[str, float] = {}
    for name in product_processes(record):
        seconds[name] = await replace(data, name)
        told.say(f"{name}: tiến trình mới đã nhận việc sau {seconds[name]:.1f} giây.")
    told.answer({"seconds": seconds}, table("tiến trình", "giây", rows=[[n, f"{s:.1f}"] for n, s in seconds.items()]))


def product_processes(record: StackRecord) -> tuple[str, ...]:
    """Workers first: an API that is new may ask for what only a new worker knows."""
    kinds = ("activity-worker", "workflow-worker-", "api-")
    return tuple(name for kind in kinds for name in sorted(record.pids) if name.startswith(kind))


async def replace(data: DataDirectory, name: str) -> float:
    """Ask one process to stop; its keeper starts a new one. Returns the seconds until that one works."""
    record = data.running()
    assert record is not None, "a cluster that stops ends its restart too"
    began = asyncio.get_running_loop().time()
    os.kill(record.pids[name], signal.SIGTERM)
    while not await _works_anew(data, name, record.pids[name]):
        if asyncio.get_running_loop().time() - began > REPLACED_WITHIN:
            message = (
                f"{name} không được thay sau {REPLACED_WITHIN:.0f} giây; sau nó chưa thay ai. Xem {data.log(name)}"
            )
            raise EmbeddedFailure(message)
        await asyncio.sleep(0.1)
    return asyncio.get_running_loop().time() - began


async def _works_anew(data: DataDirectory, name: str, before: int) -> bool:
    record = data.running()
    if record is None or record.pids.get(name) in (None, before):
        return False
    async with httpx.AsyncClient(base_url=record.urls[name], trust_env=False, timeout=5) as http:
        try:
            if name.startswith("api"):
                return (await http.get("/readyz")).is_success
            # A worker shows what it counts; from its first poll on it is one that works.
            return "temporal_num_pollers" in (await http.get("/metrics")).text
        except httpx.TransportError:
            return False
