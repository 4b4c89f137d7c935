"""Published procedures, rule sets and directories.

A published version never changes: it is read, or joined by another. Publishing the same again does nothing. Sameness is
judged on the values, not on their JSON, so a field that the engine learns later, and that has a default, is no change.
"""

from datetime import date

from dossiers.limits import TimeLimit
from dossiers.procedure import Procedure
from dossiers.rule_set import RuleSet
from dossiers.values import ProcedureCode
from store.database import Reading, Transaction
from store.errors import AlreadyPublished
from store.statements import statements_of
from store.values import Row, StoredInstant

_SQL = statements_of(__file__)


class PublishedProcedure(Row):
    """A procedure among others."""

    code: ProcedureCode
    version: int
    title: str
    field: str
    level: str
    lasts: TimeLimit


class PublishedVersion(Row):
    """One version of a procedure: from when to when it may be filed, and since when people can read it here."""

    version: int
    effective_on: date
    effective_to: date | None
    published_at: StoredInstant


async def publish_procedure(tx: Transaction, procedure: Procedure) -> bool:
    """Whether it is new. Raises `AlreadyPublished` if the version has other content."""
    code, version = procedure.code, procedure.version
    if await tx.value(_SQL["publish_procedure"], code, version, procedure.model_dump_json()) is not None:
        return True
    if await read_procedure(tx, code, version) != procedure:
        raise AlreadyPublished(procedure=code, version=str(version))
    return False


async def read_procedure(tx: Reading, code: ProcedureCode, version: int | None = None) -> Procedure | None:
    """That version, or the newest."""
    definition = await tx.value(_SQL["read_procedure"], code, version)
    return None if definition is None else Procedure.model_validate_json(definition)


async def read_procedure_on(tx: Reading, code: ProcedureCode, day: date) -> Procedure | None:
    """The version that had begun last by that day; before all of them, the first."""
    definition = await tx.value(_SQL["read_procedure_on"], code, day)
    return None if definition is None else Procedure.model_validate_json(definition)


async def read_procedure_in_force(tx: Transaction, code: ProcedureCode, day: date) -> Procedure | None:
    """The version under which it may be filed that day."""
    found = await read_procedure_on(tx, code, day)
    return found if found is not None and found.is_in_force(day) else None


async def list_procedures(tx: Transaction) -> tuple[Procedure, ...]:
    """The newest version of each."""
    return tuple(_procedure(row["definition"]) for row in await tx.all(_SQL["list_procedures"]))


async def list_procedures_on(tx: Transaction, day: date) -> tuple[Procedure, ...]:
    """Those that may be filed on that day, each in its version of then."""
    return tuple(_procedure(row["definition"]) for row in await tx.all(_SQL["list_procedures_on"], day))


async def search_procedures(tx: Transaction, day: date, words: str) -> tuple[PublishedProcedure, ...]:
    """What may be filed on that day and bears every word, by its beginning and without diacritics, field by field."""
    return PublishedProcedure.from_rows(await tx.all(_SQL["search_procedures"], day, words))


async def list_versions(tx: Transaction, code: ProcedureCode) -> tuple[PublishedVersion, ...]:
    """Every version of one procedure, the newest first."""
    return PublishedVersion.from_rows(await tx.all(_SQL["list_versions"], code))


async def list_procedure_versions(tx: Transaction) -> tuple[Procedure, ...]:
    """Every version of every procedure."""
    return tuple(_procedure(row["definition"]) for row in await tx.all(_SQL["list_procedure_versions"]))


def _procedure(definition: str) -> Procedure:
    return Procedure.model_validate_json(definition)


async def publish_rule_set(tx: Transaction, rule_set: RuleSet) -> bool:
    """Whether it is new. Raises `AlreadyPublished` if the code has other content."""
    if await tx.value(_SQL["publish_rule_set"], rule_set.code, rule_set.model_dump_json()) is not None:
        return True
    if await read_rule_set(tx, rule_set.code) != rule_set:
        raise AlreadyPublished(rule_set=rule_set.code)
    return False


async def read_rule_set(tx: Reading, code: str) -> RuleSet | None:
    definition = await tx.value(_SQL["read_rule_set"], code)
    return None if definition is None else RuleSet.model_validate_json(definition)


async def list_rule_sets(tx: Reading) -> tuple[RuleSet, ...]:
    """Every decree, the oldest first."""
    found = [RuleSet.model_validate_json(row["definition"]) for row in await tx.all(_SQL["list_rule_sets"])]
    return tuple(sorted(found, key=lambda one: one.effective_from))


async def publish_directory(tx: Transaction, version: str, definition: str) -> bool:
    """Whether it is new; what it says is nothing to the store."""
    return await tx.value(_SQL["publish_directory"], version, definition) is not None


async def read_directory(tx: Transaction, version: str) -> str | None:
    """The definition of that version."""
    definition: str | None = await tx.value(_SQL["read_directory"], version)
    return definition


async def directories_beyond(tx: Reading, known: tuple[str, ...]) -> tuple[str, ...]:
    """The definitions of every version but those."""
    return tuple(row["definition"] for row in await tx.all(_SQL["directories_beyond"], list(known)))
