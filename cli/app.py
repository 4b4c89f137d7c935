"""The `lienthong` command: every subcommand is listed here."""

import json
import sys

from cyclopts import App

from bootstrap import SettingsFaulty
from cli import configuration, database, lifecycle, processes
from embedded.failures import EmbeddedFailure

app = App(name="lienthong", help="Liên thông: đưa hồ sơ đi giữa các cơ quan.", version_flags=[])

app.command(lifecycle.setup)
app.command(lifecycle.up)
app.command(lifecycle.down)
app.command(lifecycle.reset)
app.command(processes.worker)
app.command(processes.api)
app.command(database.app)
app.command(configuration.app)


def main() -> None:
    try:
        app()
    except (EmbeddedFailure, SettingsFaulty) as refused:
        if "--json" in sys.argv:
            sys.stdout.write(
                json.dumps({"error": refused.code, "message": str(refused)}, ensure_ascii=False) + "\n"
            )
        else:
            sys.stderr.write(f"{refused}\n")
        sys.exit(1)
