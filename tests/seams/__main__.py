"""`make seams`: two thousand dossiers through lines to systems that fail and are killed, held against their books.

Starts everything in processes of its own in a directory that it deletes. It ends with 0 only if nothing was lost,
doubled or reordered and both sides end in the same states; the last line is one JSON object.
"""

import argparse
import asyncio
import os
import sys

from bootstrap import configure_logging
from tests.seams.soak import SCALE, Soaked, plan, seams, soak
from tests.support.postgres import passable_directory

DOSSIERS, PER_KILL = 2_000, 80


def main() -> None:
    parser = argparse.ArgumentParser(prog="make seams", description=__doc__)
    parser.add_argument("--dossiers", type=int, default=DOSSIERS)
    parser.add_argument("--seed", type=int, default=20261126)
    asked = parser.parse_args()
    configure_logging("error")
    # Not uvloop, which starts no process as somebody else, as PostgreSQL must be when root runs this.
    soaked = asyncio.run(_run(asked.dossiers, asked.seed))
    _tell(soaked)
    sys.stdout.flush()
    # The interpreter's own exit may abort under the SDK's threads; everything is already closed.
    os._exit(0 if soaked.is_even and soaked.dossiers == asked.dossiers else 1)


async def _run(dossiers: int, seed: int) -> Soaked:
    kills = max(4, dossiers // PER_KILL)
    _say(f"Hạt giống {seed}; thời gian chờ gửi lại được chia cho {SCALE:,}.")
    _say("Dừng đột ngột: " + ", ".join(f"{one.line} sau {one.filed} hồ sơ" for one in plan(seed, dossiers, kills)))
    unset = {name: value for name, value in os.environ.items() if not name.startswith("LIENTHONG_")}
    with passable_directory() as folder:
        async with seams(folder, seed, unset, _say) as ground:
            return await soak(ground, dossiers=dossiers, kills=kills, seed=seed, say=_say)


def _tell(soaked: Soaked) -> None:
    for fault in soaked.account.faults[:50]:
        _say(f"✗ {fault}")
    _say(
        f"{soaked.dossiers} hồ sơ, {soaked.messages} bản tin trong {soaked.attempts} lần gửi, {soaked.kills} lần dừng "
        f"đột ngột, {soaked.resumed} bản tin phải cho gửi tiếp bằng tay; {soaked.seconds:.0f} giây."
    )
    sys.stdout.write(soaked.line() + "\n")


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    main()
