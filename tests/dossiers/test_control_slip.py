"""The control slip (phiếu kiểm soát, Mẫu 05)."""

from dossiers import commands as c
from dossiers.control_slip import control_slip
from dossiers.deadlines import Grade
from dossiers.instants import parse_instant
from dossiers.stays import Ending
from tests.dossiers.accounts import land, leg, told
from tests.dossiers.branching import ONE_BRANCH, branching, on_paper
from tests.support.builders import Run, rulebook_of, text


def test_the_control_slip_grades_the_giver_of_every_hand_over() -> None:
    run = land()
    slip = control_slip(run.records, run.rules)

    assert (slip.lead, slip.coordinating) == ("land_registration_branch", ("tax_office",))
    assert (slip.filed_at, slip.received_at) == (parse_instant("2026-07-06T08:00"), parse_instant("2026-07-06T09:00"))
    assert slip.appointment_at == parse_instant("2026-07-27T17:00")
    assert [(one.giver.agency, one.receiver.agency, one.result_words, one.note) for one in slip.rows] == [
        ("one_stop_centre", "land_registration_branch", "trước hạn", ""),
        ("land_registration_branch", "tax_office", "trước hạn", ""),
        ("tax_office", "one_stop_centre", "quá hạn", ""),
        ("one_stop_centre", "land_registration_branch", "đúng hạn", ""),
        ("land_registration_branch", "one_stop_centre", "quá hạn", ""),
    ]
    assert (slip.rows[1].given_at, slip.rows[1].received_at) == (
        parse_instant("2026-07-08T10:00"),
        parse_instant("2026-07-08T11:00"),
    )
    assert slip.rows[1].received_by == "tax_office.property_tax.officer.1"


def test_a_refused_or_recalled_leg_stands_on_the_slip_with_why() -> None:
    run = Run.at_step("scan", rulebook_of(on_paper()), "2026-03-02T08:00", **ONE_BRANCH)
    run.forward("scan")
    run.forward("study")
    run.act(c.RefuseHandOver(task=run.key("study"), reason=text()), "2026-03-02T09:00")
    run.forward("study", "2026-03-02T10:00")
    run.act(c.Recall(task=run.key("study")), "2026-03-02T11:00")
    run.forward("study", "2026-03-04T10:00")
    on_its_way = control_slip(run.records, run.rules).rows
    run.forward("study", "2026-03-06T10:00")
    received = control_slip(run.records, run.rules).rows
    account = told(run)

    assert [one.note for one in on_its_way] == ["Bên nhận không nhận", "Bên giao thu hồi", "Chưa nhận"]
    assert [one.received_at for one in on_its_way] == [None, None, None]
    assert received[2].note == "Nhận chậm"
    assert [one.result for one in received] == [Grade.EARLY, Grade.ON_TIME, Grade.LATE]
    assert leg(account, "study#1/acceptance").ending is Ending.REFUSED
    assert leg(account, "study#1/acceptance.2").grade is None


def test_a_dossier_that_never_travelled_has_an_empty_slip() -> None:
    run = Run.filed(rulebook_of(branching()), "2026-03-02T08:00", **ONE_BRANCH)
    slip = control_slip(run.records, run.rules)

    assert (slip.rows, slip.received_at, slip.appointment_at) == ((), None, None)
