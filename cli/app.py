"""The `lienthong` command: every subcommand is listed here, and loaded when it is asked for."""

import json
import sys

from cyclopts import App

from embedded.failures import EmbeddedFailure

app = App(name="lienthong", help="Liên thông: đưa hồ sơ đi giữa các cơ quan.", version_flags=[])

# As text, so that `lienthong down` need not load what only `lienthong config` uses.
app.command("cli.lifecycle:setup")
app.command("cli.lifecycle:up")
app.command("cli.lifecycle:down")
app.command("cli.lifecycle:reset")
app.command("cli.cluster:app", name="cluster")
app.command("cli.processes:worker")
app.command("cli.processes:api")
app.command("cli.database:app", name="db")
app.command("cli.configuration:app", name="config")
app.command("cli.deadline:deadline")
app.command("cli.calendar:app", name="calendar")
app.command("cli.directory:app", name="directory")
app.command("cli.demo.command:demo")
app.command("cli.doctor:doctor")
app.command("cli.dossier:app", name="dossier")
app.command("cli.supervision:app", name="supervision")
app.command("cli.task:app", name="task")
app.command("cli.procedures:app", name="procedures")
app.command("cli.callers:app", name="caller")
app.command("cli.hand_over:app", name="hand-over")
app.command("cli.lines:app", name="line")
app.command("cli.documents:app", name="document")
app.command("cli.simulator:app", name="simulator")


def main() -> None:
    try:
        app()
    except EmbeddedFailure as refused:
        if "--json" in sys.argv:
            sys.stdout.write(json.dumps({"error": refused.code, "message": str(refused)}, ensure_ascii=False) + "\n")
        else:
            sys.stderr.write(f"{refused}\n")
        sys.exit(1)
