"""Reads a scenario."""

from pathlib import Path

from cli.demo.scenario import Scenario
from datafiles.document import read_document
from datafiles.validation import validate


def read_scenario(path: Path) -> Scenario:
    """The scenario in a file; Faulty with every fault of form and of sense."""
    return validate(read_document(path), Scenario)
