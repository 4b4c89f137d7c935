"""`dossier clocks|ledger|why` as people and programs run them, and what they print for a dossier long on its way."""

import json
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from rich.console import Console
from rich.table import Table

from cli.dossier_time import _by_beginning, _face_cells, _shown
from dossiers import commands as c
from dossiers.clocks import clocks
from dossiers.control_slip import control_slip
from dossiers.instants import parse_instant
from dossiers.ledger import ledger
from dossiers.stops import StopReason
from tests.cli.conftest import Lienthong
from tests.cli.operation.running import file_dossier
from tests.support.builders import LAND, Run, text


@pytest.fixture(scope="module")
def dossier(stack: Lienthong) -> UUID:
    """A permit just filed."""
    return file_dossier(stack)


def told(stack: Lienthong, *arguments: str) -> dict[str, Any]:
    ended = stack("dossier", *arguments, "--json")
    assert ended.returncode == 0, ended.stderr
    answer: dict[str, Any] = json.loads(ended.stdout)
    return answer


def test_the_clocks_of_a_dossier_are_told(stack: Lienthong, dossier: UUID) -> None:
    answer = told(stack, "clocks", str(dossier))
    people = stack("dossier", "clocks", answer["number"]).stdout

    assert [(face["subject"], face["state"]) for face in answer["legs"]] == [("reception#1", "within")]
    assert answer["promise"] is None
    assert "trong hạn" in people


def test_where_its_time_went_is_told(stack: Lienthong, dossier: UUID) -> None:
    answer = told(stack, "ledger", str(dossier))
    people = stack("dossier", "ledger", str(dossier)).stdout
    [intake] = answer["phases"]

    assert sum(intake["seconds"].values()) == intake["elapsed_seconds"]
    assert "tiếp nhận" in people


def test_why_a_date_is_due_is_told(stack: Lienthong, dossier: UUID) -> None:
    answer = told(stack, "why", str(dossier), "reception#1")
    people = stack("dossier", "why", str(dossier), "reception#1").stdout
    missing = stack("dossier", "why", str(dossier), "--json")

    assert answer["carried"] == answer["found"]
    assert "thời hạn 8 giờ làm việc" in people
    assert (missing.returncode, json.loads(missing.stdout)["error"]) == (1, "nothing-to-tell")


def printed(*parts: str | Table) -> str:
    written = StringIO()
    console = Console(width=240, file=written)
    for part in parts:
        console.print(part)
    return written.getvalue()


def late_run() -> Run:
    """The tax office was an hour late, then the dossier lay at the counter, then the applicant was asked to pay."""
    run = Run.at_step("transfer_tax", LAND, "2026-07-06T08:00", obligation_kind="transfer_tax", obligation_due=True)
    run.forward("transfer_tax", "2026-07-09T09:00")
    run.travel()
    return run


def test_a_late_dossier_is_printed_with_whose_lateness_it_is() -> None:
    run = late_run()
    account = ledger(run.records, run.rules, parse_instant("2026-07-21T09:30"))
    text = printed(*_shown(account, control_slip(run.records, run.rules)))

    assert "Trễ hẹn 2 giờ làm việc." in text
    assert "tax_office" in text
    assert "không do hạn của ai" in text
    assert "tax_office.property_tax.officer.1" in text
    assert "quá hạn" in text


def test_every_clock_of_a_dossier_is_printed_in_the_order_they_began() -> None:
    run = late_run()
    run.forward("payment", "2026-07-10T09:00")
    faces = _by_beginning(clocks(run.records, run.rules, parse_instant("2026-07-13T09:00")))
    cells = [_face_cells(face, run.rules.procedure) for face in faces]

    assert [face.since for face in faces[1:]] == sorted(face.since for face in faces[1:])
    assert cells[0] == [
        "hẹn trả kết quả",
        "land_registration_branch.registration",
        "tạm dừng: chờ thực hiện nghĩa vụ tài chính",
        "–",
        "7 ngày làm việc",
    ]


def test_whether_the_applicant_was_told_of_a_stop_is_printed_beside_the_clocks() -> None:
    """Suspended on Monday at 10:00; the notice must leave by 17:00, and in one dossier never does."""
    told, untold = (
        Run.at_step("appraisal", LAND, "2026-03-02T08:00", obligation_kind="transfer_tax") for _ in range(2)
    )
    for run in (told, untold):
        run.act(c.SuspendDossier(ground=StopReason.SUSPENSION, evidence=text()), "2026-03-02T10:00")
    waiting = notice_row(told, "2026-03-02T11:00")
    told.act(c.SendStopNotice(), "2026-03-02T16:00")
    untold.tick_on_time("2026-03-03T08:00")
    overdue = notice_row(untold, "2026-03-03T08:00")
    untold.act(c.ResumeDossier(evidence=text()), "2026-03-03T09:00")

    assert waiting[:4] == [
        "việc báo người nộp biết thời hạn đang dừng",
        "one_stop_centre.one_stop",
        "chưa báo người nộp",
        "17:00:00 02/03/2026",
    ]
    assert notice_row(told, "2026-03-03T08:00")[2] == "đã báo đúng hạn"
    assert overdue[2] == "chưa báo người nộp, đã quá hạn"
    assert notice_row(untold, "2026-03-03T10:00")[2] == "hết ngày không báo người nộp"


def notice_row(run: Run, at: str) -> list[str]:
    """What is printed of the notice."""
    face = clocks(run.records, run.rules, parse_instant(at)).stop_notice
    assert face is not None
    return _face_cells(face, run.rules.procedure)
