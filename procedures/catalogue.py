"""The procedures and rule sets that come with the product, in the order of their file names."""

from pathlib import Path

from dossiers.procedure import Procedure
from dossiers.rule_set import RuleSet
from procedures.reader import read_procedure, read_rule_set

CATALOGUE = Path(__file__).parent / "catalogue"
RULE_SETS = Path(__file__).parent / "rule_sets"


def shipped() -> tuple[Procedure, ...]:
    """Every shipped procedure; Faulty if one of them is wrong."""
    return tuple(read_procedure(path) for path in sorted(CATALOGUE.glob("*.yaml")))


def shipped_rule_sets() -> tuple[RuleSet, ...]:
    """Every shipped rule set, the oldest decree first."""
    found = (read_rule_set(path) for path in RULE_SETS.glob("*.yaml"))
    return tuple(sorted(found, key=lambda one: one.effective_from))
