import pytest

from dossiers import commands as c
from dossiers import events as e
from dossiers.errors import (
    DossierClosed,
    FactsInvalid,
    FilingRejected,
    NotPermitted,
    SupplementSpent,
    TaskUnknown,
    WrongAct,
)
from dossiers.escalation import NoticeRole
from dossiers.instants import parse_instant
from dossiers.procedure import Role
from dossiers.seats import Actor, CallerKind
from dossiers.state import DossierState, DossierStatus, TaskState
from dossiers.values import OfficerId, task_key
from tests.dossiers.branching import branching
from tests.support.builders import CITIZEN, COPY, LAND, PERMIT, Run, person, rulebook_of, text

MORNING = "2026-03-02T08:00"


def test_filing_opens_the_reception_at_the_counter() -> None:
    run = Run.filed(PERMIT, MORNING, floors=3)

    assert run.kinds() == ["dossier.filed", "task.opened"]
    assert run.state.status is DossierStatus.FILED
    assert run.state.status.portal_code == 1
    assert run.task("reception").seat == run.seat("counter")
    assert run.due("reception#1") == parse_instant("2026-03-03T08:00")


def test_a_dossier_nobody_filed_yet_has_no_portal_code() -> None:
    assert DossierState().status.portal_code == 0


def test_a_dossier_is_filed_once() -> None:
    run = Run.filed(COPY, MORNING)

    run.refused(WrongAct, run.filing())


def test_the_counter_files_for_the_applicant() -> None:
    """NĐ 61/2018/NĐ-CP, Điều 5.1e: contact with the applicant goes through the counter."""
    run = Run(COPY, MORNING)
    run.act(run.filing(), by=person(run.seat("counter"), Role.COUNTER))

    assert run.state.status is DossierStatus.FILED


@pytest.mark.parametrize("roles", [(Role.OFFICER,), (Role.SUPERVISOR,), ()])
def test_nobody_else_at_the_counter_files_for_the_applicant(roles: tuple[Role, ...]) -> None:
    run = Run(COPY, MORNING)

    run.refused(NotPermitted, run.filing(), by=person(run.seat("counter"), *roles))


def test_a_filing_with_vacant_parts_is_rejected_naming_each() -> None:
    run = Run(PERMIT, MORNING)
    seats = {name: seat for name, seat in run.filing().seats.items() if name not in {"leaders", "fire_police"}}

    refusal = run.refused(FilingRejected, run.filing(seats=seats))

    assert [one.pointer for one in refusal.violations] == ["/seats/leaders", "/seats/fire_police"]


def test_an_officer_cannot_file_where_there_is_no_counter() -> None:
    run = Run(PERMIT, MORNING)

    run.refused(NotPermitted, run.filing(seats={}), by=person(run.seat("counter"), Role.COUNTER))


@pytest.mark.parametrize(
    "facts", [{"unheard": True}, {"floors": "ba"}, {"floors": True}, {"fire_opinion_needed": 1}], ids=str
)
def test_a_fact_that_the_procedure_does_not_know_is_refused_at_filing(facts: dict[str, bool | int | str]) -> None:
    run = Run(PERMIT, MORNING)

    run.refused(FactsInvalid, run.filing(facts=facts))


def test_nothing_can_be_done_with_a_dossier_before_it_is_filed() -> None:
    run = Run(COPY, MORNING)

    run.refused(WrongAct, c.Withdraw())
    run.refused(WrongAct, c.Receive(task=task_key("reception#1")), by=CITIZEN)


def test_a_task_the_dossier_never_had_is_unknown() -> None:
    run = Run.filed(COPY, MORNING)

    run.refused(TaskUnknown, c.Receive(task=task_key("appraisal#1")), by=CITIZEN)


def test_receiving_issues_the_receipt_and_starts_the_promise() -> None:
    """NĐ 61/2018/NĐ-CP, Điều 17: Giấy tiếp nhận hồ sơ và hẹn trả kết quả."""
    run = Run.filed(PERMIT, MORNING, floors=3)
    run.forward("reception", "2026-03-02T09:00")

    assert run.last(e.DossierAccepted).promise.due_at == parse_instant("2026-03-11T17:00")
    assert run.state.appointment_at == run.state.first_promise_at == parse_instant("2026-03-11T17:00")
    assert run.state.facts == {"floors": 3}
    assert run.state.status is DossierStatus.ACCEPTED


def test_reception_after_the_cutoff_counts_from_the_next_working_day() -> None:
    """NĐ 23/2015/NĐ-CP, Điều 7: nhận sau 15 giờ thì trả trong ngày làm việc tiếp theo."""
    early, late = Run.filed(COPY, "2026-03-06T15:00"), Run.filed(COPY, "2026-03-06T15:01")
    early.forward("reception")
    late.forward("reception")

    assert early.due("promise") == parse_instant("2026-03-06T17:00")
    assert late.due("promise") == parse_instant("2026-03-09T17:00")


def test_the_facts_the_procedure_requires_must_be_known_at_reception() -> None:
    run = Run.filed(PERMIT, MORNING, floors=3)

    refusal = run.refused(FactsInvalid, c.Receive(task=run.key("reception")))

    assert refusal.particulars == {"facts": "floors"}


def test_facts_given_at_filing_need_not_be_given_again() -> None:
    run = Run(PERMIT, MORNING)
    run.act(run.filing(facts={"floors": 3}))
    run.act(c.Receive(task=run.key("reception")))

    assert run.state.facts == {"floors": 3}


def test_refusing_at_the_counter_closes_the_dossier_without_a_promise() -> None:
    """Phiếu từ chối tiếp nhận hồ sơ (Mẫu 03)."""
    run = Run.filed(PERMIT, MORNING)
    run.act(c.Refuse(task=run.key("reception"), reason=text()))

    assert run.kinds(2) == ["task.completed", "dossier.refused"]
    assert run.state.status is DossierStatus.REFUSED_AT_INTAKE
    assert run.state.first_promise_at is None


def test_nothing_happens_to_a_closed_dossier() -> None:
    run = Run.filed(PERMIT, MORNING)
    run.act(c.Refuse(task=run.key("reception"), reason=text()))

    run.refused(DossierClosed, c.Receive(task=task_key("reception#1")))
    run.refused(DossierClosed, c.Withdraw())
    run.refused(DossierClosed, run.filing())
    assert run.tick("2026-06-01T08:00") == ()


def test_the_counter_asks_for_a_supplement_before_it_receives_and_its_own_clock_stops() -> None:
    """NĐ 61/2018/NĐ-CP, Điều 17.1a: Phiếu yêu cầu bổ sung (Mẫu 02); the promise has not begun."""
    run = Run.filed(PERMIT, MORNING, floors=3)
    run.act(c.RequestSupplement(task=run.key("reception"), reason=text()), "2026-03-02T09:00")

    assert run.last(e.SupplementRequested).stage == "intake"
    assert run.state.status is DossierStatus.FILED
    run.act(c.SendStopNotice())
    assert run.tick("2026-03-20T08:00") == ()
    run.act(c.AnswerSupplement(components=("drawings",)), "2026-03-20T08:00")
    assert run.state.status is DossierStatus.FILED
    assert run.state.tasks[run.key("reception")].state is TaskState.OPEN
    assert run.due("reception#1") == parse_instant("2026-03-23T08:00")
    run.forward("reception", "2026-03-20T09:00")
    assert run.due("promise") == parse_instant("2026-03-31T17:00")


def test_the_counter_asks_once() -> None:
    """NĐ 61/2018/NĐ-CP, Điều 11.2c."""
    run = Run.filed(PERMIT, MORNING)
    request = c.RequestSupplement(task=run.key("reception"), reason=text())
    run.act(request)
    run.act(c.AnswerSupplement())

    run.refused(SupplementSpent, request)


def test_an_unanswered_request_at_the_counter_lapses_and_may_then_be_refused() -> None:
    run = Run.filed(rulebook_of(branching()), MORNING)
    run.act(c.RequestSupplement(task=run.key("reception"), reason=text()))
    run.tick_on_time("2026-03-20T08:00")
    lapsed = run.last(e.AnswerLapsed)

    assert lapsed.due_at == parse_instant("2026-03-09T17:00")
    assert lapsed.notice is not None
    assert lapsed.notice.role is NoticeRole.UNIT_HEAD
    run.act(c.Refuse(task=run.key("reception"), reason=text()))
    assert run.state.status is DossierStatus.REFUSED_AT_INTAKE
    assert run.state.awaited is None


@pytest.mark.parametrize("code", [COPY, PERMIT, LAND])
@pytest.mark.parametrize("roles", [(), (Role.OFFICER,), (Role.APPROVER,), (Role.SUPERVISOR,), (Role.AGENCY_HEAD,)])
def test_only_the_counter_receives(code: str, roles: tuple[Role, ...]) -> None:
    run = Run.filed(code, MORNING)
    reception = run.task("reception")
    elsewhere = reception.seat.model_copy(update={"unit": "elsewhere"})

    run.refused(NotPermitted, c.Receive(task=reception.key), by=person(reception.seat, *roles))
    run.refused(NotPermitted, c.Receive(task=reception.key), by=person(elsewhere, Role.COUNTER))
    run.refused(NotPermitted, c.Refuse(task=reception.key, reason=text()), by=CITIZEN)


def test_an_agencys_own_system_acts_for_its_officers_and_for_no_other_agency() -> None:
    run = Run.filed(COPY, MORNING)
    seat = run.seat("counter")
    ours = Actor(id=OfficerId("system"), kind=CallerKind.SYSTEM, seat=seat.model_copy(update={"unit": "gateway"}))
    foreign = ours.model_copy(update={"seat": seat.model_copy(update={"agency": "other"})})

    run.refused(NotPermitted, c.Receive(task=run.key("reception")), by=foreign)
    run.act(c.Receive(task=run.key("reception")), by=ours)
    assert run.state.status is DossierStatus.PROCESSING
