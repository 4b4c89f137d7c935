"""The `procedures` command, run as people and programs run it: no server, no data directory."""

import json
import re
from pathlib import Path
from typing import Any

from procedures.catalogue import shipped
from tests.cli.conftest import Lienthong
from tests.support.builders import COPY, LAND, PERMIT

LINT = Path(__file__).parents[1] / "procedures" / "lint"
BIRTH = "2.000986"
FAILING, PASSING = LINT / "limits-fit" / "failing.yaml", LINT / "limits-fit" / "passing.yaml"


def answered(lienthong: Lienthong, *arguments: str) -> Any:  # noqa: ANN401  (whatever JSON says)
    ended = lienthong("procedures", *arguments, "--json")
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def test_every_shipped_procedure_is_listed(lienthong: Lienthong) -> None:
    listed = answered(lienthong, "list")

    assert [(one["code"], one["limit"]) for one in listed] == [(one.code, str(one.limit)) for one in shipped()]


def test_lint_without_a_file_checks_what_is_shipped_and_ends_well(lienthong: Lienthong) -> None:
    ended = lienthong("procedures", "lint")

    assert (ended.returncode, ended.stdout) == (0, f"{len(shipped())} thủ tục, không có lỗi.\n")


def test_lint_says_file_line_rule_and_what_to_do_and_ends_with_one(lienthong: Lienthong) -> None:
    ended = lienthong("procedures", "lint", str(PASSING), str(FAILING))

    assert ended.returncode == 1
    assert re.search(rf"{re.escape(str(FAILING))}:\d+: .*\(limit\) \[limits-fit\]\n    → ", ended.stdout)
    assert ended.stdout.endswith("2 thủ tục, 1 lỗi.\n")


def test_lint_answers_programs_with_every_part_of_a_fault(lienthong: Lienthong) -> None:
    ended = lienthong("procedures", "lint", str(FAILING), "--json")

    (fault,) = json.loads(ended.stdout)["faults"]
    assert ended.returncode == 1
    assert (fault["file"], fault["rule"], fault["path"]) == (str(FAILING), "limits-fit", "limit")
    assert all(fault[key] for key in ("line", "message", "hint"))


def test_a_file_that_is_not_there_is_a_fault(lienthong: Lienthong, tmp_path: Path) -> None:
    ended = lienthong("procedures", "lint", str(tmp_path / "none.yaml"))

    assert ended.returncode == 1
    assert "[file-unreadable]" in ended.stdout


def test_prove_adds_up_every_path_to_the_second(lienthong: Lienthong) -> None:
    proof = answered(lienthong, "prove", PERMIT)

    assert (proof["code"], proof["limit"], len(proof["paths"])) == (PERMIT, "7wd", 3)
    for path in proof["paths"]:
        whole = sum(one["working_seconds"] for one in path["stretches"])
        assert whole == path["needed_seconds"] == path["steps_seconds"] + path["transfers_seconds"]
        assert path["slack_seconds"] == path["allowed_seconds"] - path["needed_seconds"]
    assert [one["slack_seconds"] for one in proof["paths"]] == [5 * 3600, 5 * 3600, 21 * 3600], "the tightest first"


def test_prove_tells_people_the_sum_and_what_is_left(lienthong: Lienthong) -> None:
    ended = lienthong("procedures", "prove", COPY)

    assert "reception → appraisal → approval → return" in ended.stdout
    assert "các bước 1wh30 + chuyển 0wh = 1wh30; thời hạn 2wh; còn dư 0wh30" in ended.stdout


def test_prove_hides_no_lateness(lienthong: Lienthong) -> None:
    """On paper, between three agencies, a land transfer whose parties use up every moment is late."""
    ended = lienthong("procedures", "prove", LAND)

    assert ended.returncode == 0
    assert "các bước 72wh + chuyển 32wh = 104wh; thời hạn 80wh; THIẾU 24wh" in ended.stdout


def test_the_newest_version_is_proven_unless_another_is_named(lienthong: Lienthong) -> None:
    versions = [answered(lienthong, "prove", BIRTH, *named)["version"] for named in ((), ("--version", "1"))]
    unknown = lienthong("procedures", "prove", BIRTH, "--version", "3")

    assert versions == [4, 1]
    assert unknown.returncode == 1
    assert f"“{BIRTH}” phiên bản 3" in unknown.stderr


def test_show_names_the_route_the_ground_and_what_is_unverified(lienthong: Lienthong) -> None:
    ended = lienthong("procedures", "show", PERMIT)

    given = next(one for one in shipped() if one.code == PERMIT)
    assert all(one.citation in ended.stdout for one in given.basis)
    assert all(f"  - {one}\n" in ended.stdout for one in given.unverified)
    assert answered(lienthong, "show", PERMIT) == given.model_dump(mode="json")


def test_an_unknown_code_is_refused_with_those_that_exist(lienthong: Lienthong) -> None:
    ended = lienthong("procedures", "prove", "9.999999")

    assert ended.returncode == 1
    assert all(one.code in ended.stderr for one in shipped())
