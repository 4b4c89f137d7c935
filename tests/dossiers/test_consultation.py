import pytest

from dossiers import commands as c
from dossiers import events as e
from dossiers.deadlines import Grade
from dossiers.errors import ConsultationPending, DossierClosed, FactsInvalid, NotPermitted, TaskNotOpen, WrongAct
from dossiers.escalation import NoticeRole
from dossiers.instants import parse_instant
from dossiers.procedure import OnTimeout, Role
from dossiers.state import DossierStatus, TaskState
from dossiers.values import StepId, task_key
from tests.dossiers.branching import ALL_BRANCHES, ONE_BRANCH, at_branches, branching
from tests.support.builders import PERMIT, Run, changed, person, rulebook_of, text

MORNING = "2026-03-02T08:00"
RULES = rulebook_of(branching())
QUESTION = text("question")
FIRE = task_key("fire_consultation#1")
ASKED = task_key("study#1/consult-health")


def permit(**facts: bool) -> Run:
    """The appraisal ended on Monday 08:00 with both opinions asked for."""
    known = {"fire_opinion_needed": True, "environment_opinion_needed": True} | facts
    run = Run.at_step("appraisal", PERMIT, MORNING, floors=3, **known)
    run.forward("appraisal")
    return run


def asked(on_timeout: OnTimeout = OnTimeout.NOTIFY_HEAD, *also: str, basis: str | None = None) -> Run:
    """The study has asked one agency by itself, or some."""
    run = Run.at_step("study", RULES, MORNING, **ONE_BRANCH)
    question = c.Consult(
        task=run.key("study"),
        participants=("health", *also),
        content=QUESTION,
        limit="1wd",
        on_timeout=on_timeout,
        basis=basis,
    )
    run.act(question)
    return run


def test_the_route_asks_two_agencies_at_once_without_sending_the_dossier() -> None:
    """NĐ 217/2026/NĐ-CP, Điều 54.2c."""
    run = permit()

    assert run.live() == ["fire_consultation#1", "environment_consultation#1"]
    assert run.due(FIRE) == parse_instant("2026-03-04T08:00")


def test_an_answer_in_time_is_counted_and_the_last_one_opens_the_join() -> None:
    run = permit()
    run.act(c.AnswerConsultation(task=FIRE, outcome="object", opinion=text()), "2026-03-03T08:00")
    assert run.live() == ["environment_consultation#1"]
    run.forward("environment_consultation", "2026-03-03T09:00")

    assert run.live() == ["conclusion#1"]
    assert run.state.run_of(StepId("fire_consultation")).outcome == "object"
    answers = [(event.counted, event.grade) for event in run.events(e.ConsultationAnswered)]
    # One of two days, and a day and an hour, which are two begun days of two.
    assert answers == [(True, Grade.EARLY), (True, Grade.ON_TIME)]


def test_silence_is_deemed_consent_where_the_law_says_so() -> None:
    """NĐ 217/2026/NĐ-CP, Điều 54.2c: an event with its legal basis, by nobody."""
    run = permit(environment_opinion_needed=False)
    run.tick_on_time("2026-03-05T08:00")
    lapse = run.last(e.ConsultationLapsed)

    assert (lapse.on_timeout, lapse.due_at) == (OnTimeout.DEEMED_CONSENT, parse_instant("2026-03-04T08:00"))
    assert "54.2c" in lapse.basis
    assert lapse.notice is None
    assert run.state.tasks[FIRE].state is TaskState.LAPSED
    assert run.state.run_of(StepId("fire_consultation")).done_by is None
    assert run.live() == ["conclusion#1"]
    assert next(record for record in run.records if record.event == lapse).actor is None


def test_silence_speaks_before_the_rung_of_the_same_instant() -> None:
    run = permit(environment_opinion_needed=False)
    run.tick_on_time("2026-03-10T08:00")

    assert run.rungs(FIRE) == [("half", "2026-03-03T08:00"), ("warning", "2026-03-03T13:30")]


def test_the_same_silence_found_late_by_an_act_has_the_same_effect() -> None:
    """The worker was away over the deadline: the lapse precedes the act and carries the instant it was due."""
    run = permit(environment_opinion_needed=False)
    run.act(c.Remind(task=FIRE), "2026-03-04T08:00")
    late = run.act(c.Withdraw(), "2026-03-05T08:00")

    assert [record.event.kind for record in late][:2] == ["consultation.lapsed", "task.opened"]
    lapsed, opened = late[:2]
    assert (lapsed.occurred_at, lapsed.recorded_at) == (
        parse_instant("2026-03-04T08:00"),
        parse_instant("2026-03-05T08:00"),
    )
    assert (lapsed.cause, opened.occurred_at) == ("due:fire_consultation#1", parse_instant("2026-03-05T08:00"))


def test_a_late_answer_is_recorded_and_changes_nothing() -> None:
    run = permit(environment_opinion_needed=False)
    run.tick_on_time("2026-03-05T08:00")
    before = run.state
    run.act(c.AnswerConsultation(task=FIRE, outcome="object", opinion=text()))
    answer = run.last(e.ConsultationAnswered)

    assert (answer.counted, answer.grade) == (False, Grade.LATE)
    assert run.state.model_copy(update={"sequence": before.sequence}) == before


def test_an_answer_in_time_that_is_recorded_after_the_silence_takes_its_place() -> None:
    """Accepted at 07:58, due at 08:00, recorded at 08:10: the agency did answer."""
    run = permit(environment_opinion_needed=False)
    run.tick_on_time("2026-03-04T08:00")
    answer = c.AnswerConsultation(task=FIRE, outcome="object", opinion=text())
    run.act(answer, "2026-03-04T07:58", recorded="2026-03-04T08:10")

    assert run.last(e.ConsultationAnswered).counted
    assert run.last(e.ConsultationAnswered).grade is Grade.ON_TIME
    assert run.state.run_of(StepId("fire_consultation")).outcome == "object"
    assert run.state.tasks[FIRE].state is TaskState.COMPLETED
    assert run.live() == ["conclusion#1"]
    run.refused(TaskNotOpen, answer)


def test_an_answer_from_before_a_rework_does_not_answer_the_new_question() -> None:
    deemed = branching().step(StepId("opinion")).consultation
    assert deemed is not None
    consenting = deemed.model_copy(update={"on_timeout": OnTimeout.DEEMED_CONSENT})
    run = at_branches(rulebook_of(changed(branching(), "opinion", consultation=consenting)))
    run.tick_on_time("2026-03-03T08:00")
    run.act(c.Complete(task=run.key("residence"), outcome="unclear", opinion=text()), "2026-03-03T08:05")
    old = c.AnswerConsultation(task=task_key("opinion#1"), outcome="object")
    run.act(old, "2026-03-03T07:59", recorded="2026-03-03T08:06")
    assert not run.last(e.ConsultationAnswered).counted
    run.travel()
    run.forward("study")
    run.act(old, "2026-03-03T07:59", recorded="2026-03-03T08:07")

    assert not run.last(e.ConsultationAnswered).counted
    assert "opinion#2" in run.live()


def test_an_opinion_that_must_come_is_waited_for_and_climbs_its_ladder() -> None:
    """on_timeout: escalate."""
    run = at_branches()
    run.tick_on_time("2026-03-10T08:00")

    assert run.events(e.ConsultationLapsed) == []
    assert run.rungs("opinion#1") == [
        ("near", "2026-03-02T15:30"),
        ("overdue", "2026-03-03T08:00"),
        ("late_4h", "2026-03-03T13:30"),
    ]
    run.forward("opinion")
    assert run.last(e.ConsultationAnswered).grade is Grade.LATE


def test_an_officer_asks_by_himself_with_content_and_limit() -> None:
    """NĐ 61/2018/NĐ-CP, Điều 19.5."""
    run = asked()
    task = run.state.tasks[ASKED]

    assert task.consultation is not None
    assert (task.consultation.content, task.consultation.asked_by) == (QUESTION, "study#1")
    assert task.consultation.basis == "NĐ 61/2018/NĐ-CP, Điều 19.5"
    assert task.seat == run.seat("health")
    assert run.due(ASKED) == parse_instant("2026-03-03T08:00")
    assert run.state.run_of(StepId("study")).state == "open"


def test_the_asking_step_ends_only_after_the_answers() -> None:
    run = asked()
    study = c.Complete(task=run.key("study"), outcome="eligible", facts={"doubtful": False})
    refusal = run.refused(ConsultationPending, study)
    assert refusal.particulars == {"agencies": "fire_police"}
    run.act(c.AnswerConsultation(task=ASKED, outcome="comment", opinion=text()))
    run.act(study)

    assert run.live() == ["residence#1/acceptance"]
    assert run.state.run_of(StepId("study")).outcome == "eligible"


def test_silence_of_an_agency_asked_by_an_officer_tells_the_head_of_the_one_stop_shop() -> None:
    """NĐ 61/2018/NĐ-CP, Điều 19.5: there is no general silent consent."""
    run = asked()
    run.tick_on_time("2026-03-04T08:00")
    lapse = run.last(e.ConsultationLapsed)

    assert lapse.on_timeout is OnTimeout.NOTIFY_HEAD
    assert lapse.notice is not None
    assert (lapse.notice.role, lapse.notice.agency) == (NoticeRole.ONE_STOP_HEAD, run.seat("counter").agency)
    run.forward("study")
    assert run.live() == ["residence#1/acceptance"]


def test_an_answer_in_time_to_an_officer_counts_although_silence_was_recorded() -> None:
    run = asked()
    run.tick_on_time("2026-03-03T08:00")
    run.act(c.AnswerConsultation(task=ASKED, outcome="object"), "2026-03-03T07:59", recorded="2026-03-03T08:01")

    assert run.last(e.ConsultationAnswered).counted
    assert run.state.run_of(StepId("study")).state == "open"


def test_several_agencies_are_asked_in_one_act_or_none() -> None:
    run = Run.at_step("study", RULES, MORNING, **ONE_BRANCH)
    ask = c.Consult(task=run.key("study"), participants=("health", "unheard"), content=QUESTION, limit="1wd")
    run.refused(FactsInvalid, ask)
    assert run.live() == ["study#1"]
    run.act(ask.model_copy(update={"participants": ("health", "tax")}))

    assert run.live() == ["study#1", "study#1/consult-health", "study#1/consult-tax"]


@pytest.mark.parametrize("participants", [("health",), ("tax", "tax")])
def test_the_same_agency_is_not_asked_twice_by_one_task(participants: tuple[str, ...]) -> None:
    run = asked()
    again = c.Consult(task=run.key("study"), participants=participants, content=QUESTION, limit="1wd")

    run.refused(WrongAct, again)


@pytest.mark.parametrize("limit", ["", "soon", "2", "0d", "2d", "0wh"])
def test_an_opinion_is_asked_with_a_limit_that_can_be_counted(limit: str) -> None:
    run = Run.at_step("study", RULES, MORNING, **ONE_BRANCH)

    run.refused(FactsInvalid, c.Consult(task=run.key("study"), participants=("health",), content=QUESTION, limit=limit))


@pytest.mark.parametrize("step", ["reception", "return"])
def test_the_counter_asks_for_no_opinion(step: str) -> None:
    run = Run.at_step(step, RULES, MORNING, **ONE_BRANCH)

    run.refused(WrongAct, c.Consult(task=run.key(step), participants=("health",), content=QUESTION, limit="1wd"))


def test_whoever_is_asked_for_an_opinion_does_not_steer_the_dossier() -> None:
    """Not by the asking step's outcomes either, although the question belongs to that step."""
    run = asked()
    by = person(run.seat("health"), Role.OFFICER)

    for command in (
        c.Refuse(task=ASKED, reason=text()),
        c.Rework(task=ASKED, to=StepId("study"), reason=text()),
        c.RequestSupplement(task=ASKED, reason=text()),
        c.Complete(task=ASKED, outcome="eligible"),
        c.Consult(task=ASKED, participants=("tax",), content=QUESTION, limit="1wd"),
        c.HandOver(task=ASKED),
    ):
        run.refused(WrongAct, command, by=by)


def test_only_the_agency_asked_answers() -> None:
    run = asked()

    for nobody in (person(run.seat("office"), Role.OFFICER), person(run.seat("health"), Role.APPROVER)):
        run.refused(NotPermitted, c.AnswerConsultation(task=ASKED, outcome="consent"), by=nobody)


def test_withdrawing_cancels_the_questions_and_an_answer_then_comes_too_late() -> None:
    """`Domain` acceptance case 15: the citizen withdraws during consultation."""
    run = permit()
    run.act(c.Withdraw(reason=text()))

    assert [event.task for event in run.events(e.TaskCancelled)] == [
        "fire_consultation#1",
        "environment_consultation#1",
    ]
    assert run.state.status is DossierStatus.WITHDRAWN
    assert run.tick("2026-12-01T08:00") == ()


def test_a_supplement_stops_the_asking_task_and_not_the_agency_asked() -> None:
    run = asked()
    run.act(c.RequestSupplement(task=run.key("study"), reason=text()))

    assert run.due(ASKED) == parse_instant("2026-03-03T08:00")
    assert run.due("study#1") is None
    run.tick_on_time("2026-03-04T08:00")
    assert run.state.tasks[ASKED].state is TaskState.LAPSED
    assert run.state.status is DossierStatus.AWAITING_SUPPLEMENT


def test_the_answer_to_a_question_may_be_the_last_thing_before_the_join() -> None:
    run = Run.at_step("study", RULES, MORNING, **ALL_BRANCHES)
    run.forward("study")
    run.travel()
    for step in ("residence", "taxation", "opinion"):
        run.forward(step)

    assert run.live() == ["conclusion#1/acceptance"]


def test_silence_is_consent_to_an_officer_only_by_the_provision_he_names() -> None:
    """NĐ 61/2018/NĐ-CP, Điều 19.5 knows no silent consent, so it is no ground for one."""
    run = Run.at_step("study", RULES, MORNING, **ONE_BRANCH)
    question = c.Consult(
        task=run.key("study"),
        participants=("health",),
        content=QUESTION,
        limit="1wd",
        on_timeout=OnTimeout.DEEMED_CONSENT,
    )
    run.refused(FactsInvalid, question)
    run.act(question.model_copy(update={"basis": "NĐ 217/2026/NĐ-CP, Điều 54"}))
    run.tick_on_time("2026-03-04T08:00")
    lapse = run.last(e.ConsultationLapsed)

    assert (lapse.on_timeout, lapse.basis) == (OnTimeout.DEEMED_CONSENT, "NĐ 217/2026/NĐ-CP, Điều 54")
    assert lapse.notice is None
    run.forward("study")
    assert run.live() == ["residence#1/acceptance"]


@pytest.mark.parametrize("on_timeout", [OnTimeout.ESCALATE, OnTimeout.BLOCK])
def test_an_opinion_that_must_come_holds_the_asking_step_for_as_long_as_it_takes(on_timeout: OnTimeout) -> None:
    run = asked(on_timeout)
    run.tick_on_time("2026-03-12T08:00")
    study = c.Complete(task=run.key("study"), outcome="eligible", facts={"doubtful": False})

    assert run.events(e.ConsultationLapsed) == []
    run.refused(ConsultationPending, study)
    run.act(c.AnswerConsultation(task=ASKED, outcome="comment", opinion=text()))
    run.act(study)
    answer = run.last(e.ConsultationAnswered)
    assert (answer.counted, answer.grade) == (True, Grade.LATE)


def test_of_several_agencies_one_answers_and_the_silence_of_the_other_speaks_for_itself() -> None:
    """A partial answer is at hand at once; the step waits only for whoever has neither answered nor lapsed."""
    run = asked(OnTimeout.NOTIFY_HEAD, "tax")
    run.act(c.AnswerConsultation(task=ASKED, outcome="object", opinion=text()), "2026-03-02T14:00")
    study = c.Complete(task=run.key("study"), outcome="eligible", facts={"doubtful": False})
    refusal = run.refused(ConsultationPending, study)
    run.tick_on_time("2026-03-03T14:00")

    assert refusal.particulars == {"agencies": run.seat("tax").agency}
    assert [lapse.task for lapse in run.events(e.ConsultationLapsed)] == ["study#1/consult-tax"]
    assert run.state.tasks[ASKED].state is TaskState.COMPLETED
    run.act(study)
    # A late answer is kept beside what went on without it.
    late = c.AnswerConsultation(task=task_key("study#1/consult-tax"), outcome="object", opinion=text())
    before = run.state
    run.act(late)
    assert not run.last(e.ConsultationAnswered).counted
    assert run.state.model_copy(update={"sequence": before.sequence}) == before


def test_withdrawing_cancels_what_an_officer_asked_too() -> None:
    run = asked(OnTimeout.BLOCK, "tax")
    run.act(c.AnswerConsultation(task=ASKED, outcome="consent"))
    run.act(c.Withdraw(reason=text()))

    cancelled = [event.task for event in run.events(e.TaskCancelled)]
    assert "study#1/consult-tax" in cancelled
    assert ASKED not in cancelled
    run.refused(DossierClosed, c.AnswerConsultation(task=task_key("study#1/consult-tax"), outcome="consent"))
