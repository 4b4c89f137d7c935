"""Reads a procedure, or a decree's rule set, and hands it on only when nothing at all is wrong with it."""

from pathlib import Path

from datafiles.document import Document, parse_document, read_document
from datafiles.faults import Fault, Faulty
from datafiles.validation import validate
from dossiers.procedure import Procedure
from dossiers.rule_set import RuleSet
from procedures.jurisdiction import Jurisdiction
from procedures.linter import lint, lint_in


def read_procedure(path: Path) -> Procedure:
    """The procedure in a file; Faulty with every fault of form and of sense."""
    return _procedure(read_document(path))


def faults_in(path: Path, jurisdiction: Jurisdiction) -> tuple[Fault, ...]:
    """Everything that is wrong with the procedure in a file: its form, its sense, its place in a government."""
    try:
        document = read_document(path)
        procedure = validate(document, Procedure)
    except Faulty as faulty:
        return faulty.faults
    except OSError as error:
        message = f"không đọc được tệp: {error.strerror}"
        return (Fault(str(path), 1, "", "file-unreadable", message, "xem lại tên tệp và quyền đọc"),)
    return tuple(sorted(lint_in(jurisdiction, procedure, document)))


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
