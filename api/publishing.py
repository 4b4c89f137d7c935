"""Publishes what comes with the product: calendars, rule sets, procedures; what is there already stays as it is."""

from agencies.calendars import calendar_versions, load_calendar
from procedures.catalogue import shipped, shipped_rule_sets
from store.catalogue import publish_calendar, publish_procedure, publish_rule_set
from store.database import Database


async def publish_shipped(database: Database) -> None:
    """Raises `AlreadyPublished` where a shipped version differs from the one that dossiers already rely on."""
    async with database.transaction() as tx:
        for version in calendar_versions():
            await publish_calendar(tx, load_calendar(version))
        for rule_set in shipped_rule_sets():
            await publish_rule_set(tx, rule_set)
        for procedure in shipped():
            await publish_procedure(tx, procedure)
