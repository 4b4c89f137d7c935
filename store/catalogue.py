"""Published procedures and rule sets. A published version never changes: it is read, or joined by another.

Publishing the same again does nothing. Sameness is judged on the values, not on their JSON, so a field that the engine
learns later, and that has a default, is no change.
"""

from datetime import date

from dossiers.procedure import Procedure
from dossiers.rule_set import RuleSet
from dossiers.values import ProcedureCode
from store.database import Transaction
from store.errors import AlreadyPublished
from store.statements import statements_of

_SQL = statements_of(__file__)


async def publish_procedure(tx: Transaction, procedure: Procedure) -> bool:
    """Whether it is new. Raises `AlreadyPublished` if the version has other content."""
    code, version = procedure.code, procedure.version
    if await tx.value(_SQL["publish_procedure"], code, version, procedure.model_dump_json()) is not None:
        return True
    if await read_procedure(tx, code, version) != procedure:
        raise AlreadyPublished(procedure=code, version=str(version))
    return False


async def read_procedure(tx: Transaction, code: ProcedureCode, version: int | None = None) -> Procedure | None:
    """That version, or the newest."""
    definition = await tx.value(_SQL["read_procedure"], code, version)
    return None if definition is None else Procedure.model_validate_json(definition)


async def read_procedure_in_force(tx: Transaction, code: ProcedureCode, on: date) -> Procedure | None:
    """The newest version that has taken effect by that day."""
    definition = await tx.value(_SQL["read_procedure_in_force"], code, on)
    return None if definition is None else Procedure.model_validate_json(definition)


async def list_procedures(tx: Transaction) -> tuple[Procedure, ...]:
    """The newest version of each."""
    return tuple(Procedure.model_validate_json(row["definition"]) for row in await tx.all(_SQL["list_procedures"]))


async def publish_rule_set(tx: Transaction, rule_set: RuleSet) -> bool:
    """Whether it is new. Raises `AlreadyPublished` if the code has other content."""
    if await tx.value(_SQL["publish_rule_set"], rule_set.code, rule_set.model_dump_json()) is not None:
        return True
    if await read_rule_set(tx, rule_set.code) != rule_set:
        raise AlreadyPublished(rule_set=rule_set.code)
    return False


async def read_rule_set(tx: Transaction, code: str) -> RuleSet | None:
    definition = await tx.value(_SQL["read_rule_set"], code)
    return None if definition is None else RuleSet.model_validate_json(definition)


async def list_rule_sets(tx: Transaction) -> tuple[RuleSet, ...]:
    """Every decree, the oldest first."""
    found = [RuleSet.model_validate_json(row["definition"]) for row in await tx.all(_SQL["list_rule_sets"])]
    return tuple(sorted(found, key=lambda one: one.effective_from))
