"""Every rule has a file that breaks it and nothing else, a file that keeps it, and a page that shows what it says."""

from pathlib import Path

import pytest

from bootstrap import CHECKOUT
from cli.jurisdiction import shipped_jurisdiction
from datafiles.faults import Fault
from procedures.catalogue import CATALOGUE
from procedures.linter import LOCAL_RULES, RULES
from procedures.reader import faults_in

FILES = Path(__file__).parent / "lint"
PAGES = CHECKOUT / "docs" / "lint"
TITLES = {rule.id: rule.title for rule in RULES} | {rule.id: rule.title for rule in LOCAL_RULES}
HEADINGS = ("## Cấm", "## Vì sao", "## Ví dụ", "## Phải làm gì")
JURISDICTION = shipped_jurisdiction()


def found(rule: str, name: str) -> tuple[Fault, ...]:
    return faults_in(FILES / rule / name, JURISDICTION)


@pytest.mark.parametrize("rule", TITLES)
def test_the_failing_file_of_a_rule_breaks_that_rule_alone(rule: str) -> None:
    faults = found(rule, "failing.yaml")

    assert {fault.rule for fault in faults} == {rule}
    assert all(fault.line > 1 and fault.path and fault.message and fault.hint for fault in faults)
    assert all(fault.file.endswith(f"{rule}/failing.yaml") for fault in faults)


@pytest.mark.parametrize("rule", TITLES)
def test_the_passing_file_of_a_rule_breaks_none(rule: str) -> None:
    assert found(rule, "passing.yaml") == ()


@pytest.mark.parametrize("rule", TITLES)
def test_the_page_of_a_rule_says_what_it_forbids_why_and_what_to_do(rule: str) -> None:
    page = (PAGES / f"{rule}.md").read_text(encoding="utf-8")
    sections = [page.partition(heading)[2].partition("\n## ")[0].strip() for heading in HEADINGS]

    assert page.startswith(f"# `{rule}`\n\n**{TITLES[rule]}.**\n")
    assert all(sections), "every section says something"
    assert found(rule, "failing.yaml")[0].message in page, "the example shows what the linter answers today"


def test_rules_files_and_pages_are_the_same_everywhere() -> None:
    index = (PAGES / "README.md").read_text(encoding="utf-8")

    assert len(TITLES) == len(RULES) + len(LOCAL_RULES) >= 15
    assert {one.name for one in FILES.iterdir()} == set(TITLES)
    assert {one.stem for one in PAGES.glob("*.md")} - {"README"} == set(TITLES)
    assert all(f"[`{rule}`]({rule}.md): {title}." in index for rule, title in TITLES.items())


@pytest.mark.parametrize("path", sorted(CATALOGUE.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_shipped_procedure_breaks_no_rule_where_it_runs(path: Path) -> None:
    assert faults_in(path, JURISDICTION) == ()
