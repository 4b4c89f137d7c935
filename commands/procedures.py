"""Publishing procedures while the engine runs: all of them or none, and never one that differs from its published self.

A published version is used from the next filing on, in every process, for it is read from the store; dossiers under
way stay on theirs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from agencies.calendars import CalendarFile
from agencies.roster import Directory
from commands.pinning import Catalogue
from dossiers.procedure import Procedure
from dossiers.rule_set import RuleSet
from store.catalogue import list_procedure_versions, list_rule_sets, publish_procedure
from store.database import Database, Transaction


@dataclass(frozen=True)
class Published:
    """What is published now, by which a procedure is judged before it joins."""

    lineage: Sequence[CalendarFile]
    rule_sets: Sequence[RuleSet]
    directories: Sequence[Directory]
    procedures: Sequence[Procedure]

    def version(self, procedure: Procedure) -> Procedure | None:
        """The published one of that code and version."""
        return next(
            (one for one in self.procedures if (one.code, one.version) == (procedure.code, procedure.version)), None
        )

    def before(self, procedure: Procedure) -> Procedure | None:
        """The newest published version that is older."""
        older = [one for one in self.procedures if one.code == procedure.code and one.version < procedure.version]
        return max(older, key=lambda one: one.version, default=None)


async def published(database: Database, catalogue: Catalogue) -> Published:
    """Everything that is published, as it is now."""
    calendars = await catalogue.calendars(await catalogue.newest_calendar())
    directories = await catalogue.directories.all()
    async with database.transaction() as tx:
        return Published(
            lineage=calendars.lineage,
            rule_sets=await list_rule_sets(tx),
            directories=directories,
            procedures=await list_procedure_versions(tx),
        )


async def publish(tx: Transaction, procedures: Sequence[Procedure]) -> tuple[Procedure, ...]:
    """Those that are new. Raises `AlreadyPublished`: then none of them is published."""
    return tuple([one for one in procedures if await publish_procedure(tx, one)])
