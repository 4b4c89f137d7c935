"""`make bench`: what the engine costs beside a bare workflow, and how fast a million open tasks are read.

Starts a stack of its own in a directory that it deletes; a stack named by the environment (`LIENTHONG_DATABASE_URL`,
`LIENTHONG_TEMPORAL_ADDRESS`, `LIENTHONG_API_URL`) is used as it is. The last line is one JSON object.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import uvloop

from bootstrap import configure_logging
from embedded.data_directory import DataDirectory
from tests.benchmarks.engine import Extent, measure_engine
from tests.benchmarks.lists import measure_lists
from tests.benchmarks.report import Report, tell
from tests.support.postgres import passable_directory

FULL = Extent(rounds=7, dossiers=48, weighed=1_000, tasks=1_000_000, questions=400)
QUICK = Extent(rounds=1, dossiers=2, weighed=4, tasks=3_000, questions=5)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="vài hồ sơ, vài nghìn việc: chỉ để thử rằng nó chạy")
    extent = QUICK if parser.parse_args().quick else FULL
    configure_logging("error")
    with _stack() as environment:
        report = uvloop.run(_measure(environment, extent))
    tell(report)
    sys.stdout.flush()
    # The interpreter's own exit may abort under the SDK's threads; everything is already closed.
    os._exit(0)


async def _measure(environment: Mapping[str, str], extent: Extent) -> Report:
    engine = await measure_engine(environment, extent, _say)
    owner = environment.get("LIENTHONG_OWNER_DATABASE_URL")
    if owner is None:
        _say("Không có LIENTHONG_OWNER_DATABASE_URL: bỏ qua phần danh sách việc.")
        return Report(engine=engine, tasks=0, lists={})
    app = environment["LIENTHONG_DATABASE_URL"]
    lists = await measure_lists(owner, app, tasks=extent.tasks, times=extent.questions, say=_say)
    return Report(engine=engine, tasks=extent.tasks, lists=lists)


@contextmanager
def _stack(more: Mapping[str, str] = {}) -> Iterator[Mapping[str, str]]:
    """The stack of this environment, or one in processes of its own for as long as this lasts.

    With ``more`` settings it is always one of its own.
    """
    if not more and os.environ.get("LIENTHONG_API_URL"):
        yield os.environ
        return
    with passable_directory() as directory:
        data = DataDirectory(directory / "data")
        environment = {**os.environ, **more, "LIENTHONG_DATA_DIR": str(data.path)}
        _lienthong("up", "--detach", environment=environment)
        try:
            record = data.running()
            assert record is not None, "a stack that is ready has a record"
            yield {**environment, **record.environment}
        finally:
            _lienthong("down", environment=environment)


def _lienthong(*command: str, environment: Mapping[str, str]) -> None:
    subprocess.run([sys.executable, "-P", "-m", "cli", *command], env=environment, stdout=sys.stderr, check=True)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    main()
