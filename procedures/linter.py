"""Judges a procedure by every rule at once: what the model cannot see because it needs more than one field.

Ground: in the definitions that real products ship, limits do not add up, links lead nowhere and steps have no
limit. A procedure with a single fault is not published. Each rule has a page, `docs/lint/<id>.md`.
"""

from datafiles.document import Document
from datafiles.faults import Fault, written
from dossiers.procedure import Procedure
from procedures.jurisdiction import Jurisdiction
from procedures.rules import bundles, clock, names, papers, people, place, receipts, results, route
from procedures.rules.rule import Finding, LocalRule, Rule

#: Every rule about the text alone, in the order in which a reader would ask.
RULES: tuple[Rule, ...] = (
    *names.RULES,
    *route.RULES,
    *results.RULES,
    *people.RULES,
    *clock.RULES,
    *bundles.RULES,
    *papers.RULES,
)

#: Every rule about the text in its surroundings.
LOCAL_RULES: tuple[LocalRule, ...] = (*place.RULES, *receipts.RULES, *bundles.LOCAL_RULES)


def lint(procedure: Procedure, document: Document | None = None) -> tuple[Fault, ...]:
    """Every fault of the text, with its line where the document it was read from is at hand."""
    return tuple(_fault(rule, finding, procedure, document) for rule in RULES for finding in rule.check(procedure))


def lint_in(jurisdiction: Jurisdiction, procedure: Procedure, document: Document | None = None) -> tuple[Fault, ...]:
    """Every fault of the text and of its place in a government."""
    local = (
        _fault(rule, finding, procedure, document)
        for rule in LOCAL_RULES
        for finding in rule.check(procedure, jurisdiction)
    )
    return (*lint(procedure, document), *local)


def _fault(rule: Rule | LocalRule, finding: Finding, procedure: Procedure, document: Document | None) -> Fault:
    if document is not None:
        return document.fault(finding.place, rule.id, finding.message, finding.hint)
    return Fault(procedure.code, 0, written(finding.place), rule.id, finding.message, finding.hint)
