"""The apology signed: one new date, form 04 as it was kept, a ladder while it is not, and no place in the ledger.

NĐ 61/2018/NĐ-CP, Điều 19.9; Mẫu số 04.
"""

import pytest

from dossiers import commands as c
from dossiers import events as e
from dossiers.apology_events import AppointmentMoved
from dossiers.apology_forms import apology_of
from dossiers.clocks import ClockKind, ClockState, clocks
from dossiers.deadlines import Grade
from dossiers.due_date_text import due_date_in_words
from dossiers.due_dates import due_date
from dossiers.errors import AppointmentInvalid, AppointmentSpent, NotPermitted, WrongAct
from dossiers.escalation import NoticeRole
from dossiers.instants import parse_instant
from dossiers.ledger import ledger
from dossiers.procedure import Role
from dossiers.state import TaskState
from dossiers.stays import stays
from dossiers.stops import StopReason
from dossiers.values import APPOINTMENT, PROMISE
from dossiers.words import story
from tests.dossiers.branching import ONE_BRANCH, branching
from tests.dossiers.late import MORNING, SORRY, concluding, owed, sign, untouched, weighed
from tests.support.builders import (
    SUPERVISOR,
    Run,
    person,
    rulebook_of,
    text,
)

# -- signed, once -----------------------------------------------------------------------------------------------------


def test_signing_names_a_new_date_once_and_the_promise_stands() -> None:
    run = untouched()
    sign(run, "2026-03-13T10:00")
    moved = run.last(AppointmentMoved)

    assert (run.due(PROMISE), run.due(APPOINTMENT)) == (
        parse_instant("2026-03-16T17:00"),
        parse_instant("2026-03-20T17:00"),
    )
    assert run.state.reappointments == 1
    assert run.state.tasks[run.events(e.TaskOpened)[-1].task].state is TaskState.COMPLETED
    assert run.grades()["study#1/apology"] is Grade.ON_TIME
    assert moved.tells_applicant
    assert (moved.notice.role, moved.notice.agency) == (NoticeRole.ONE_STOP_HEAD, run.seat("counter").agency)
    again = c.Reappoint(appointment_at=parse_instant("2026-03-30T17:00"), reason=SORRY)
    run.refused(AppointmentSpent, again, "2026-03-16T08:00")
    run.go_to("return", "2026-03-19T10:00")
    assert run.state.grade is Grade.LATE


def test_the_form_is_kept_as_it_was_signed() -> None:
    """Mẫu số 04: from the journal all but the person it goes to, and the words of the reason."""
    run = untouched()
    drawn = apology_of(run.records)
    assert drawn is not None
    assert (drawn.task, drawn.is_signed, drawn.form.reason, drawn.form.appointment_at) == (
        "study#1/apology",
        False,
        None,
        None,
    )
    sign(run, "2026-03-13T10:00")
    signed = apology_of(run.records)

    assert signed is not None
    assert signed.form == run.last(AppointmentMoved).form
    form = signed.form
    assert (form.dossier_number, form.procedure, form.title, form.field) == (
        "H49-260302-0001",
        "9.000009",
        "Thủ tục rẽ nhánh",
        "Thử nghiệm",
    )
    assert (form.received_at, form.previous_at, form.appointment_at, form.signed_at) == tuple(
        parse_instant(at) for at in (MORNING, "2026-03-16T17:00", "2026-03-20T17:00", "2026-03-13T10:00")
    )
    assert [(one.label, one.due_at) for one in form.lagging] == [("Thẩm định", parse_instant("2026-03-04T08:00"))]
    assert (form.agency, form.role, form.signed_by) == (
        run.seat("leaders"),
        Role.APPROVER,
        run.holder(run.state.tasks[run.events(e.TaskOpened)[-1].task]).id,
    )
    assert form.reason == SORRY
    assert form.copies == ("applicant", "one_stop", "archive")


def test_whoever_apologises_unasked_or_for_another_frees_whoever_owed_it() -> None:
    run = untouched()
    run.act(c.Reappoint(appointment_at=parse_instant("2026-03-20T17:00"), reason=SORRY), "2026-03-13T10:00")

    assert owed(run) == []
    assert run.last(e.TaskCancelled).cause == "not_owed"
    told = apology_of(run.records)
    assert told is not None
    assert told.is_signed


def test_once_another_date_was_named_the_promise_is_never_weighed_again() -> None:
    early = Run.at_step("study", rulebook_of(branching()), MORNING, **ONE_BRANCH)
    early.act(c.Reappoint(appointment_at=parse_instant("2026-03-20T17:00"), reason=SORRY), "2026-03-05T10:00")
    early.tick_on_time("2026-04-01T17:00")
    late = untouched()
    sign(late, "2026-03-13T10:00")
    late.act(c.RequestSupplement(task=late.key("study"), reason=text()), "2026-03-16T09:00")
    late.act(c.SendStopNotice())
    late.act(c.AnswerSupplement(), "2026-03-18T09:00")
    late.tick_on_time("2026-04-01T17:00")

    assert weighed(early) == []
    assert len(weighed(late)) == 1


def test_unsigned_it_climbs_a_ladder_of_its_own() -> None:
    run = untouched()
    run.tick_on_time("2026-03-17T17:00")

    assert run.rungs("study#1/apology") == [
        ("unsigned", "2026-03-13T17:00"),
        ("unsigned_4h", "2026-03-16T11:30"),
        ("unsigned_1d", "2026-03-16T17:00"),
    ]
    roles = [one.notice.role for one in run.events(e.RungReached) if one.subject == "study#1/apology" and one.notice]
    assert roles == [NoticeRole.AGENCY_HEAD, NoticeRole.ONE_STOP_HEAD, NoticeRole.SUPERVISOR]
    sign(run, "2026-03-18T08:00")
    assert run.grades()["study#1/apology"] is Grade.LATE


def test_who_may_sign() -> None:
    run = untouched()
    named = c.Apologise(task=run.apology().key, appointment_at=parse_instant("2026-03-20T17:00"), reason=SORRY)
    for nobody in (
        person(run.seat("office"), Role.OFFICER),
        person(run.seat("office"), Role.UNIT_HEAD),
        person(run.seat("counter"), Role.ONE_STOP_HEAD),
        SUPERVISOR,
    ):
        run.refused(NotPermitted, named, "2026-03-13T08:00", by=nobody)
    run.act(named, "2026-03-13T08:00", by=person(run.seat("office"), Role.AGENCY_HEAD))


def test_a_date_that_is_none_is_refused_and_the_apology_stays_owed() -> None:
    run = untouched()
    before = c.Apologise(task=run.apology().key, appointment_at=parse_instant("2026-03-16T17:00"), reason=SORRY)

    run.refused(AppointmentInvalid, before, "2026-03-13T08:00")
    assert owed(run) == ["study#1/apology"]


def test_only_an_apology_is_signed_as_one_and_it_is_done_in_no_other_way() -> None:
    run = untouched()
    date = parse_instant("2026-03-20T17:00")
    study = run.task("study")
    both = person(study.seat, Role.OFFICER, Role.AGENCY_HEAD)

    run.refused(WrongAct, c.Apologise(task=study.key, appointment_at=date, reason=SORRY), "2026-03-13T08:00", by=both)
    run.refused(WrongAct, c.Complete(task=run.apology().key), "2026-03-13T08:00")


# -- beside the dossier's own course ----------------------------------------------------------------------------------


def test_whoever_owes_an_apology_does_not_hold_the_dossier() -> None:
    run = untouched()
    with_it = ledger(run.records, run.rules, parse_instant("2026-03-13T17:00"))

    assert [stay.task.key for stay in stays(run.records, run.state) if "apology" in stay.task.key] == []
    assert {holder.task for piece in with_it.slices for holder in piece.holders} == {"study#1"}
    sign(run, "2026-03-13T10:00")
    assert not [leg for leg in ledger(run.records, run.rules, run.now).legs if "apology" in leg.task]
    assert run.state.run_of(run.task("study").step).state == "open"


def test_work_that_is_sent_back_leaves_it_owed() -> None:
    run = concluding("2026-03-12T09:00")
    run.go_to("approval", "2026-03-12T16:00")
    run.act(c.Rework(task=run.key("approval"), to=branching().steps[2].id, reason=text()), "2026-03-12T16:30")
    run.tick_on_time("2026-03-13T07:30")
    assert owed(run) == ["study#2/apology"]
    run.go_to("approval", "2026-03-13T08:00")
    run.act(c.Rework(task=run.key("approval"), to=branching().steps[2].id, reason=text()), "2026-03-13T09:00")

    assert owed(run) == ["study#2/apology"]


def test_a_dossier_that_is_suspended_when_late_already_owes_its_apology_on() -> None:
    run = untouched()
    run.tick_on_time("2026-03-17T08:00")
    run.act(c.SuspendDossier(ground=StopReason.SUSPENSION, evidence=text()), "2026-03-17T09:00")

    assert run.apology().state is TaskState.OPEN
    sign(run, "2026-03-17T10:00")


def test_the_clocks_show_it_beside_the_others() -> None:
    run = untouched()
    told = clocks(run.records, run.rules, parse_instant("2026-03-13T08:00"))
    [face] = told.apologies
    assert (face.kind, face.state, face.due_at) == (
        ClockKind.APOLOGY,
        ClockState.WITHIN,
        parse_instant("2026-03-13T17:00"),
    )
    assert [one.subject for one in told.legs] == ["reception#1", "scan#1", "study#1"]
    sign(run, "2026-03-13T10:00")
    [face] = clocks(run.records, run.rules, run.now).apologies

    assert (face.state, face.ended_at) == (ClockState.ENDED_ON_TIME, parse_instant("2026-03-13T10:00"))


def test_why_it_is_due_is_told_and_agrees() -> None:
    run = untouched()
    why = due_date(run.records, run.rules, run.apology().key)

    assert why is not None
    assert why.agrees
    assert due_date_in_words(why) == (
        "Phải xin lỗi từ 07:30 thứ Sáu 13/3/2026, theo lịch vn-2026.2.",
        "Thư xin lỗi phải ký trước khi hết ngày ấy: 17:00 thứ Sáu 13/3/2026.",
        "Căn cứ: NĐ 61/2018/NĐ-CP, Điều 19.9.",
    )


def test_the_timeline_tells_it_in_words() -> None:
    run = untouched()
    told = [story(record, run.rules.procedure) for record in run.records[-2:]]

    assert told == [
        (
            "Xem trước hẹn trả 16/03/2026 17:00: có chặng đã quá hạn; phải xin lỗi vì chậm ở bước “Thẩm định”"
            "; báo thủ trưởng cơ quan (commune_committee)."
        ),
        "Mở thư xin lỗi vì chậm ở bước “Thẩm định” tại cơ quan commune_committee, hạn 13/03/2026 17:00.",
    ]


@pytest.mark.parametrize("until", ["2026-03-13T07:30", "2026-03-16T12:00"])
def test_a_worker_that_was_away_over_the_day_changes_nothing(until: str) -> None:
    awake, away = untouched(), Run.at_step("study", rulebook_of(branching()), MORNING, **ONE_BRANCH)
    awake.tick_on_time(until)
    away.tick(until)

    assert away.apology() == awake.apology()
    assert away.state.clocks[away.apology().key].term == awake.state.clocks[awake.apology().key].term
