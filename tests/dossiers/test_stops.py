"""Why else a clock stands still: the applicant must come, something prevents everybody, a decision suspends the whole.

`domain.md` §9, rule 5; NĐ 61/2018/NĐ-CP, Điều 19.3-19.4. And that the applicant is told by the closing of that day.
"""

import pytest

from dossiers import commands as c
from dossiers import events as e
from dossiers import stop_events as s
from dossiers.clocks import ClockState, clocks
from dossiers.due_date_text import due_date_in_words
from dossiers.due_dates import due_date, due_dates
from dossiers.errors import (
    AppointmentInvalid,
    ClockStopped,
    DossierDecided,
    NothingAwaited,
    NotPermitted,
    WrongAct,
)
from dossiers.escalation import NoticeRole
from dossiers.instants import parse_instant
from dossiers.ledger import ledger
from dossiers.procedure import Role
from dossiers.slices import SliceKind
from dossiers.state import DossierStatus, TaskState
from dossiers.stays import HolderKind, stops_of
from dossiers.stops import StopReason
from dossiers.values import PROMISE, STOP_NOTICE, Subject
from tests.dossiers.branching import ONE_BRANCH, branching
from tests.support.builders import CITIZEN, LAND, SUPERVISOR, Run, person, rule_set, rulebook_of, text

MORNING = "2026-03-02T08:00"
PROOF = text("biên bản")


def at(step: str = "study") -> Run:
    return Run.at_step(step, rulebook_of(branching()), MORNING, **ONE_BRANCH)


def called(run: Run, at: str = "2026-03-02T10:00") -> Run:
    """The applicant is to come on Wednesday."""
    attend = c.RequireAttendance(task=run.key("study"), reason=PROOF, attend_at=parse_instant("2026-03-04T09:00"))
    run.act(attend, at)
    return run


def suspended(run: Run, ground: s.WholeStop = StopReason.SUSPENSION, at: str = "2026-03-02T10:00") -> Run:
    run.act(c.SuspendDossier(ground=ground, evidence=PROOF), at)
    return run


def test_the_clock_stops_with_the_call_and_goes_on_when_the_applicant_was_there() -> None:
    run = called(at())
    assert (run.state.status, run.state.status.portal_code) == (DossierStatus.AWAITING_ATTENDANCE, 4)
    assert (run.due("promise"), run.due("study#1")) == (None, None)
    run.act(c.SendStopNotice(), "2026-03-02T11:00")
    run.act(c.ResumeDossier(evidence=text("đã làm việc")), "2026-03-04T10:00")

    # Monday, Tuesday and Wednesday touch the stop: ten days more are counted from Thursday on.
    assert run.due("promise") == parse_instant("2026-03-18T17:00")
    assert run.due("study#1") == parse_instant("2026-03-06T08:00")
    assert run.state.status is DossierStatus.PROCESSING
    assert run.task("study").state is TaskState.OPEN


@pytest.mark.parametrize("ground", [StopReason.FORCE_MAJEURE, StopReason.SUSPENSION])
def test_while_the_whole_stands_still_nobody_works_and_nothing_speaks(ground: s.WholeStop) -> None:
    run = at()
    run.act(c.Consult(task=run.key("study"), participants=("health",), content=text(), limit="1wd"))
    suspended(run, ground)
    run.act(c.SendStopNotice())

    assert (run.state.status, run.state.status.portal_code) == (DossierStatus.SUSPENDED, 8)
    assert {task.state for task in run.state.live_tasks()} == {TaskState.AWAITING}
    assert run.tick("2026-12-01T08:00") == ()
    run.refused(ClockStopped, run.usual(run.task("study")))
    run.refused(ClockStopped, c.AnswerConsultation(task=run.state.live_tasks()[1].key, outcome="consent"))
    run.act(c.ResumeDossier(evidence=PROOF), "2026-12-01T10:00")
    assert {task.state for task in run.state.live_tasks()} == {TaskState.OPEN}
    # Six hours of its day were left.
    assert run.due("study#1/consult-health") == parse_instant("2026-12-02T08:00")


def test_a_hand_over_under_way_is_as_if_received_when_the_suspension_ends() -> None:
    run = at("scan")
    run.forward("scan", "2026-03-02T10:00")
    leg = run.key("study")
    suspended(run, at="2026-03-02T11:00")
    told = due_date(run.records, run.rules, Subject(leg))
    assert told is not None
    assert (told.carried, told.agrees) == (None, True)
    assert "như vừa nhận hồ sơ" in " ".join(due_date_in_words(told))
    run.act(c.ResumeDossier(evidence=PROOF), "2026-03-04T16:00")

    # After 15:00: the opening of the next day, and an hour of grace.
    assert run.due(leg) == parse_instant("2026-03-05T08:30")
    assert run.state.clocks[Subject(leg)].term.number == 2
    assert all(one.agrees for one in due_dates(run.records, run.rules))


def test_a_stop_is_told_with_reason_ground_and_evidence_in_clock_explanation_and_ledger() -> None:
    run = suspended(at())
    face = clocks(run.records, run.rules, parse_instant("2026-03-03T08:00")).promise
    (stop,) = stops_of(run.records, PROMISE)
    stood = [
        piece for piece in ledger(run.records, run.rules, parse_instant("2026-03-03T08:00")).slices if piece.reason
    ]

    assert face is not None
    assert (face.state, face.stopped_for) == (ClockState.STOPPED, StopReason.SUSPENSION)
    assert face.stopped_since == stop.start == parse_instant("2026-03-02T10:00")
    assert (stop.reason, stop.basis) == (StopReason.SUSPENSION, "Quyết định tạm đình chỉ của cơ quan có thẩm quyền")
    assert stop.evidence == str(PROOF.id)
    assert {(piece.kind, piece.reason, piece.basis) for piece in stood} == {
        (SliceKind.STOPPED, StopReason.SUSPENSION, stop.basis)
    }


def test_every_stop_has_ground_beginning_end_and_evidence_whatever_its_reason() -> None:
    asked, attending, standing = at(), called(at()), suspended(at(), StopReason.FORCE_MAJEURE)
    asked.act(c.RequestSupplement(task=asked.key("study"), reason=PROOF), "2026-03-02T10:00")
    land = Run.at_step("payment", LAND, "2026-03-02T08:00", obligation_kind="transfer_tax", obligation_due=True)
    land.forward("payment", "2026-03-02T10:00")
    asked.act(c.AnswerSupplement(), "2026-03-03T10:00")
    land.forward("payment", "2026-03-03T10:00")
    for run in (attending, standing):
        run.act(c.ResumeDossier(evidence=PROOF), "2026-03-03T10:00")

    stops = {stop.reason: stop for run in (asked, attending, standing, land) for stop in stops_of(run.records, PROMISE)}
    assert set(stops) == set(StopReason) - {StopReason.SUSPENSION}
    assert {(stop.start, stop.end) for stop in stops.values()} == {
        (parse_instant("2026-03-02T10:00"), parse_instant("2026-03-03T10:00"))
    }
    assert all(stop.basis and stop.evidence for stop in stops.values())
    assert stops[StopReason.PAYMENT].evidence == "tax"


def test_while_the_whole_stands_still_its_holders_are_charged_with_no_work() -> None:
    """Two hours on Monday, suspended for two days, one hour on Wednesday; it lay there all the time."""
    run = suspended(at(), StopReason.FORCE_MAJEURE)
    run.act(c.ResumeDossier(evidence=PROOF), "2026-03-04T10:00")
    account = ledger(run.records, run.rules, parse_instant("2026-03-04T11:00"))
    study = next(one for one in account.legs if one.task == "study#1")
    office = next(one for one in account.agencies if one.agency == "commune_committee")

    assert (study.used_seconds, study.worked_seconds, study.held_seconds) == (3 * 3600, 3 * 3600, 51 * 3600)
    assert (office.used_seconds, office.worked_seconds) == (3 * 3600, 3 * 3600)
    assert not any(holder.works for piece in account.slices if piece.reason for holder in piece.holders)


def test_while_he_is_called_the_dossier_is_in_the_applicants_hands() -> None:
    run = called(at())
    cut = ledger(run.records, run.rules, parse_instant("2026-03-03T08:00")).slices

    assert {one.kind for one in cut[-1].holders} == {HolderKind.APPLICANT}


def test_who_never_came_may_be_refused() -> None:
    run = called(Run.at_step("study", rulebook_of(branching()), MORNING, **ONE_BRANCH))
    run.act(c.SendStopNotice(), "2026-03-02T11:00")
    run.tick("2026-03-04T09:00")
    lapsed = run.last(e.AnswerLapsed)

    assert (lapsed.awaited, lapsed.due_at) == (StopReason.ATTENDANCE, parse_instant("2026-03-04T09:00"))
    assert lapsed.notice is not None


def test_a_deadline_already_missed_is_not_stopped() -> None:
    run = at()
    run.tick_on_time("2026-03-17T08:00")
    suspended(run, at="2026-03-17T08:00")

    assert run.events(e.ClockPaused) == []
    assert clocks(run.records, run.rules, run.now).promise.state is ClockState.STOPPED_OVERDUE  # type: ignore[union-attr]
    assert STOP_NOTICE not in run.state.clocks


def test_the_applicant_must_be_told_by_the_closing_of_that_day_or_it_escalates() -> None:
    run = suspended(at())
    assert run.due(STOP_NOTICE) == parse_instant("2026-03-02T17:00")
    run.tick_on_time("2026-03-04T08:00")
    reached = [event for event in run.events(e.RungReached) if event.subject == STOP_NOTICE]

    assert run.rungs(STOP_NOTICE) == [
        ("unsent", "2026-03-02T17:00"),
        ("unsent_4h", "2026-03-03T11:30"),
        ("unsent_1d", "2026-03-03T17:00"),
    ]
    told = [(event.notice.role, event.notice.agency) for event in reached if event.notice is not None]
    counter = run.seat("counter").agency
    assert told == [
        (NoticeRole.ONE_STOP_HEAD, counter),
        (NoticeRole.AGENCY_HEAD, counter),
        (NoticeRole.SUPERVISOR, counter),
    ]
    face = clocks(run.records, run.rules, run.now).stop_notice
    assert face is not None
    assert (face.state, face.seat) == (ClockState.OVERDUE, run.seat("counter"))


def test_told_in_time_nothing_escalates_and_a_late_record_takes_back_what_was_said() -> None:
    in_time, late = suspended(at()), suspended(at())
    in_time.act(c.SendStopNotice(evidence=text("thư 31")), "2026-03-02T17:00")
    late.tick("2026-03-03T08:00")
    late.act(c.SendStopNotice(), "2026-03-02T16:59", recorded="2026-03-03T08:10")

    assert in_time.tick("2026-03-10T08:00") == ()
    assert late.last(e.EscalationLifted).rungs == ("unsent",)
    face = clocks(in_time.records, in_time.rules, in_time.now).stop_notice
    assert face is not None
    assert face.state is ClockState.ENDED_ON_TIME


def test_each_stop_asks_for_a_notice_of_its_own() -> None:
    run = suspended(at())
    run.tick("2026-03-02T17:00")
    run.act(c.ResumeDossier(evidence=PROOF), "2026-03-03T08:00")
    assert run.state.clocks[STOP_NOTICE].is_ended
    suspended(run, at="2026-03-03T10:00")
    run.tick("2026-03-03T17:00")

    reached = [(event.term, event.rung) for event in run.events(e.RungReached) if event.subject == STOP_NOTICE]
    assert reached == [(1, "unsent"), (2, "unsent")]


def test_of_money_the_notices_themselves_tell() -> None:
    run = Run.filed("TTHC-TINH-08", "2026-07-06T08:00", obligation_kind="transfer_tax", obligation_due=True)
    run.go_to("payment")
    run.forward("payment")

    assert run.last(e.ClockPaused).notice is None
    run.refused(NothingAwaited, c.SendStopNotice())


def test_who_may_stop_resume_and_tell() -> None:
    run = at()
    stop = c.SuspendDossier(ground=StopReason.SUSPENSION, evidence=PROOF)
    go_on, tell = c.ResumeDossier(evidence=PROOF), c.SendStopNotice()
    head, one_stop = person(run.seat("office"), Role.AGENCY_HEAD), person(run.seat("counter"), Role.ONE_STOP_HEAD)
    officer, clerk = person(run.seat("office"), Role.OFFICER), person(run.seat("counter"), Role.COUNTER)

    for nobody in (officer, clerk, SUPERVISOR, CITIZEN, person(run.seat("police"), Role.AGENCY_HEAD)):
        run.refused(NotPermitted, stop, by=nobody)
    run.act(stop, by=one_stop)
    for nobody in (officer, head, SUPERVISOR, CITIZEN):
        run.refused(NotPermitted, tell, by=nobody)
    run.act(tell, by=clerk)
    for nobody in (officer, clerk, SUPERVISOR, CITIZEN):
        run.refused(NotPermitted, go_on, by=nobody)
    run.act(go_on, by=head)
    called(run)
    run.refused(NotPermitted, go_on, by=head)
    run.act(go_on, by=clerk)


def test_what_cannot_be_stopped_says_why() -> None:
    filed = Run.filed(rulebook_of(branching()), MORNING)
    stop = c.SuspendDossier(ground=StopReason.FORCE_MAJEURE, evidence=PROOF)
    filed.refused(NothingAwaited, stop)
    at("return").refused(DossierDecided, stop)
    standing = suspended(at())
    standing.refused(ClockStopped, stop)
    working = at()
    working.refused(
        NothingAwaited, c.ResumeDossier(evidence=PROOF), by=person(working.seat("office"), Role.AGENCY_HEAD)
    )
    past = c.RequireAttendance(task=working.key("study"), reason=PROOF, attend_at=parse_instant(MORNING))
    working.refused(AppointmentInvalid, past)
    without = rule_set("ND61_2018").model_copy(update={"stops": ()})
    bare = Run.at_step("study", rulebook_of(branching(), rule_set=without), MORNING, **ONE_BRANCH)
    bare.refused(WrongAct, stop)


def test_what_waits_for_the_applicant_already_is_not_suspended_as_well() -> None:
    """One stop at a time: time stands still already, and what is waited for comes first."""
    asked, attending = at(), called(at())
    asked.act(c.RequestSupplement(task=asked.key("study"), reason=PROOF), "2026-03-02T10:00")
    land = Run.at_step("payment", LAND, "2026-07-06T08:00", obligation_kind="transfer_tax", obligation_due=True)
    land.forward("payment", "2026-07-06T10:00")

    for run in (asked, attending, land):
        for ground in (StopReason.SUSPENSION, StopReason.FORCE_MAJEURE):
            refusal = run.refused(ClockStopped, c.SuspendDossier(ground=ground, evidence=PROOF))
            assert refusal.particulars["task"] == run.state.live_tasks()[0].key
    asked.refused(ClockStopped, c.RequireAttendance(task=asked.key("study"), reason=PROOF, attend_at=asked.now))
    asked.act(c.AnswerSupplement(), "2026-03-03T08:00")
    suspended(asked, at="2026-03-03T09:00")
    asked.refused(NothingAwaited, c.AnswerSupplement())


def test_a_second_apology_that_was_made_on_paper_is_a_violation_and_moves_nothing() -> None:
    """`domain.md` §9.1, 9: rejected; imported, a violation event."""
    run = at()
    run.act(c.Reappoint(appointment_at=parse_instant("2026-03-20T17:00"), reason=text()), "2026-03-13T08:00")
    second = c.Reappoint(appointment_at=parse_instant("2026-03-30T17:00"), reason=text())
    clerk = person(run.seat("office"), Role.AGENCY_HEAD, Role.LATE_ENTRY)
    run.act(second, "2026-03-19T08:00", by=clerk, entered_for="2026-03-18T08:00", evidence=text("thư"))

    assert run.last(s.ViolationRecorded).appointment_at == parse_instant("2026-03-30T17:00")
    assert run.state.appointment_at == parse_instant("2026-03-20T17:00")
    assert run.state.reappointments == 1
