"""Publishes what comes with the product: calendars, rule sets, directories, procedures; what is there already stays."""

from agencies.calendars import calendar_versions, shipped_lineage
from agencies.directory import load_directories
from commands.calendars import publish, publish_directory
from procedures.catalogue import shipped, shipped_petitions, shipped_rule_sets
from store.catalogue import publish_procedure, publish_rule_set
from store.database import Database


async def publish_shipped(database: Database) -> None:
    """Raises `AlreadyPublished` where a shipped version differs from the one that dossiers already rely on."""
    async with database.transaction() as tx:
        for version in calendar_versions():
            await publish(tx, shipped_lineage(version))
        for rule_set in shipped_rule_sets():
            await publish_rule_set(tx, rule_set)
        for directory in load_directories():
            await publish_directory(tx, directory)
        for procedure in (*shipped(), *shipped_petitions()):
            await publish_procedure(tx, procedure)
