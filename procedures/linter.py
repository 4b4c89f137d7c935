"""Judges a procedure by every rule at once: what the model cannot see because it needs more than one field.

Ground: in the definitions that real products ship, limits do not add up, links lead nowhere and steps have no
limit. A procedure with a single fault is not published.
"""

from datafiles.document import Document
from datafiles.faults import Fault, written
from dossiers.procedure import Procedure
from procedures.rules import clock, names, people, route
from procedures.rules.rule import Finding, Rule

#: Every rule, in the order in which a reader would ask.
RULES: tuple[Rule, ...] = (*names.RULES, *route.RULES, *people.RULES, *clock.RULES)


def lint(procedure: Procedure, document: Document | None = None) -> tuple[Fault, ...]:
    """Every fault of the procedure, with its line where the document it was read from is at hand."""
    return tuple(_fault(rule, finding, procedure, document) for rule in RULES for finding in rule.check(procedure))


def _fault(rule: Rule, finding: Finding, procedure: Procedure, document: Document | None) -> Fault:
    if document is not None:
        return document.fault(finding.place, rule.id, finding.message, finding.hint)
    return Fault(procedure.code, 0, written(finding.place), rule.id, finding.message, finding.hint)
