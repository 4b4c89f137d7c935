"""The procedures and rule sets that come with the product, in the order of their file names."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from dossiers.procedure import Procedure
from dossiers.rule_set import RuleSet
from dossiers.values import ProcedureCode
from procedures.reader import read_procedure, read_rule_set

CATALOGUE = Path(__file__).parent / "catalogue"
RULE_SETS = Path(__file__).parent / "rule_sets"
PETITIONS = Path(__file__).parent / "petition"

#: By which people complain and propose: a procedure of the system's own, no service that a decision announced.
PETITION = ProcedureCode("LT-PAKN")


def shipped() -> tuple[Procedure, ...]:
    """Every shipped procedure in every version; Faulty if one of them is wrong."""
    return tuple(read_procedure(path) for path in sorted(CATALOGUE.glob("*.yaml")))


def shipped_petitions() -> tuple[Procedure, ...]:
    """The way of complaints and proposals, in every version; Faulty if one of them is wrong."""
    return tuple(read_procedure(path) for path in sorted(PETITIONS.glob("*.yaml")))


def in_force(procedures: Iterable[Procedure], day: date) -> Mapping[ProcedureCode, Procedure]:
    """Those that may be filed on a day, each in the version that began last by then."""
    begun = [one for one in procedures if one.effective_on <= day]
    latest = {one.code: one for one in sorted(begun, key=lambda one: (one.effective_on, one.version))}
    return {code: one for code, one in latest.items() if one.effective_to is None or day <= one.effective_to}


def shipped_rule_sets() -> tuple[RuleSet, ...]:
    """Every shipped rule set, the oldest decree first."""
    found = (read_rule_set(path) for path in RULE_SETS.glob("*.yaml"))
    return tuple(sorted(found, key=lambda one: one.effective_from))
