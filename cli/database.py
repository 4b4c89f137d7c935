"""`db status|up|check`: the schema, by the migrations of this checkout."""

from cyclopts import App

from cli.report import AsJson, report
from cli.surroundings import owner_database_url
from embedded.failures import EmbeddedFailure
from embedded.migrations import migrate, pending_migrations
from embedded.stack import MIGRATIONS

app = App(name="db", help="Lược đồ cơ sở dữ liệu.")


@app.command
async def status(*, json: AsJson = False) -> None:
    """Những bước cập nhật lược đồ chưa áp dụng."""
    pending = await pending_migrations(owner_database_url(), MIGRATIONS)
    report(as_json=json).answer({"pending": pending}, *(pending or ("Lược đồ đã cập nhật.",)))


@app.command
async def up(*, json: AsJson = False) -> None:
    """Cập nhật lược đồ."""
    owner = owner_database_url()
    applied = await pending_migrations(owner, MIGRATIONS)
    await migrate(owner, MIGRATIONS)
    words = [f"Đã áp dụng {name}." for name in applied] or ["Lược đồ đã cập nhật."]
    report(as_json=json).answer({"applied": applied}, *words)


@app.command
async def check(*, json: AsJson = False) -> None:
    """Thất bại khi còn bước chưa áp dụng."""
    pending = await pending_migrations(owner_database_url(), MIGRATIONS)
    if pending:
        message = "Lược đồ chưa cập nhật, còn: " + ", ".join(pending)
        raise EmbeddedFailure(message)
    report(as_json=json).answer({"pending": []}, "Lược đồ đã cập nhật.")
