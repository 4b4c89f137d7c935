"""Reads a procedure, or a decree's rule set, and hands it on only when nothing at all is wrong with it."""

from pathlib import Path

from datafiles.document import Document, parse_document, read_document
from datafiles.faults import Faulty
from datafiles.validation import validate
from dossiers.procedure import Procedure
from dossiers.rule_set import RuleSet
from procedures.linter import lint


def read_procedure(path: Path) -> Procedure:
    """The procedure in a file; Faulty with every fault of form and of sense."""
    return _procedure(read_document(path))


def parse_procedure(text: str, file: str = "procedure.yaml") -> Procedure:
    """The procedure in a text, which faults call by the name of a file."""
    return _procedure(parse_document(text, file))


def _procedure(document: Document) -> Procedure:
    procedure = validate(document, Procedure)
    faults = lint(procedure, document)
    if faults:
        raise Faulty(faults)
    return procedure


def read_rule_set(path: Path) -> RuleSet:
    """The rule set in a file; Faulty with every fault."""
    return validate(read_document(path), RuleSet)
