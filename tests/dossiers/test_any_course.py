"""Whatever people do, in whatever order, however late it is recorded: what holds of every dossier."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dossiers import commands as c
from dossiers import events as e
from dossiers import stop_events as s
from dossiers.advance import next_deadline
from dossiers.apology_events import ApologyWeighed
from dossiers.conditions import FactValue
from dossiers.deadline_errors import DeadlineError
from dossiers.decide import perform
from dossiers.errors import DossierError
from dossiers.escalation import APOLOGY
from dossiers.evolve import fold
from dossiers.payment_commands import ConfirmPayment, WaiveCharge
from dossiers.procedure import OnTimeout, Procedure, Role
from dossiers.seats import Actor
from dossiers.state import Task, TaskState
from dossiers.stays import stays
from dossiers.stops import StopReason
from dossiers.values import PROMISE, OfficerId, StepId
from tests.dossiers.branching import branching, on_paper
from tests.support.builders import CITIZEN, COPY, LAND, PERMIT, SUPERVISOR, Run, person, procedure, rulebook_of, text

PROCEDURES: dict[str, Procedure] = {
    "copy": procedure(COPY),
    "permit": procedure(PERMIT),
    "land": procedure(LAND),
    "branching": branching(),
    "paper": on_paper(),
}
#: Facts that steps establish; drawn for each dossier.
OPEN_FACTS = ("obligation_due", "doubtful", "fire_opinion_needed", "environment_opinion_needed")
FILED_AT = "2026-02-10T08:00"
FACTS: dict[str, FactValue] = {
    "floors": 3,
    "obligation_kind": "transfer_tax",
    "taxable": True,
}
STEP = timedelta(minutes=1)

Opinion = Literal["consent", "object", "comment"]
GROUNDS: tuple[s.WholeStop, ...] = (StopReason.FORCE_MAJEURE, StopReason.SUSPENSION)
#: The usual notice is of a million dong.
AMOUNTS = st.sampled_from([1, 400_000, 1_000_000, 1_000_001])
OPINIONS: st.SearchStrategy[Opinion] = st.sampled_from(["consent", "object", "comment"])

Maker = Callable[[Run, Task, st.DataObject], c.AnyCommand]


def _pick(data: st.DataObject, *choices: str) -> str:
    return data.draw(st.sampled_from(choices))


def _usual(run: Run, task: Task, data: st.DataObject) -> c.AnyCommand:
    return _apologise(run, task, data) if task.work == "apology" else run.usual(task)


def _applicant(run: Run, task: Task, data: st.DataObject) -> c.AnyCommand:
    """The applicant answers what is asked, and now and then gives up."""
    awaited = run.state.awaited
    if not data.draw(st.integers(min_value=0, max_value=9)):
        return c.Withdraw()
    if awaited is not None and awaited.what == "payment":
        return run.usual(run.state.tasks[awaited.task])
    if awaited is not None and awaited.what != "supplement":
        return c.ResumeDossier(evidence=text())
    return c.AnswerSupplement() if awaited is not None else _usual(run, task, data)


def _complete(run: Run, task: Task, data: st.DataObject) -> c.AnyCommand:
    outcomes = [one.code for one in run.rules.procedure.step(task.step).outcomes]
    return c.Complete(task=task.key, outcome=_pick(data, "done", *outcomes), opinion=text())


def _rework(run: Run, task: Task, data: st.DataObject) -> c.AnyCommand:
    step = run.rules.procedure.step(task.step)
    declared = [one.back_to for one in step.outcomes if one.back_to is not None]
    to = _pick(data, *(declared or [one.id for one in run.rules.procedure.steps]))
    return c.Rework(task=task.key, to=StepId(to), reason=text())


def _request_supplement(run: Run, task: Task, _data: st.DataObject) -> c.AnyCommand:
    may_ask = [one for one in run.state.live_tasks() if run.rules.procedure.step(one.step).supplement is not None]
    return c.RequestSupplement(task=(may_ask or [task])[0].key, reason=text())


def _consult(run: Run, task: Task, data: st.DataObject) -> c.AnyCommand:
    names = [one.name for one in run.rules.procedure.participants]
    on_timeout = data.draw(st.sampled_from(OnTimeout))
    limit = _pick(data, "1wh", "1wd")
    return c.Consult(
        task=task.key,
        participants=(_pick(data, *names),),
        content=text(),
        limit=limit,
        on_timeout=on_timeout,
        basis=data.draw(st.sampled_from([None, "Điều 54"])),
    )


def _acknowledge(run: Run, _task: Task, data: st.DataObject) -> c.AnyCommand:
    notices = list(run.state.notices) or [text().id]
    return c.AcknowledgeNotice(notice=data.draw(st.sampled_from(notices)))


def _reappoint(run: Run, _task: Task, data: st.DataObject) -> c.AnyCommand:
    return c.Reappoint(
        appointment_at=run.now + timedelta(days=data.draw(st.integers(min_value=0, max_value=30))), reason=text()
    )


def _stop(run: Run, task: Task, data: st.DataObject) -> c.AnyCommand:
    """The applicant is called, or the whole stands still; now and then the applicant is told."""
    at = run.now + timedelta(days=data.draw(st.integers(min_value=-1, max_value=9)))
    stops: tuple[c.AnyCommand, ...] = (
        c.RequireAttendance(task=task.key, reason=text(), attend_at=at),
        c.SuspendDossier(ground=data.draw(st.sampled_from(GROUNDS)), evidence=text()),
        c.SendStopNotice(),
    )
    return data.draw(st.sampled_from(stops))


def _apologise(run: Run, task: Task, data: st.DataObject) -> c.AnyCommand:
    owed = [one for one in run.state.live_tasks() if one.work == "apology"] or [task]
    date = run.now + timedelta(days=data.draw(st.integers(min_value=0, max_value=30)))
    return c.Apologise(task=owed[0].key, appointment_at=date, reason=text())


#: The usual act comes often, so that dossiers get somewhere; everything else comes at any time, fitting or not.
ACTS: list[Maker] = [
    *([_usual] * 3),
    *([_applicant] * 4),
    _complete,
    _complete,
    *([_rework] * 3),
    _consult,
    _acknowledge,
    _reappoint,
    _apologise,
    _apologise,
    *([_request_supplement] * 4),
    *([_stop] * 3),
    lambda _run, _task, _data: c.AnswerSupplement(),
    lambda _run, task, _data: c.Refuse(task=task.key, reason=text()),
    lambda _run, task, _data: c.Recall(task=task.key),
    lambda _run, task, _data: c.RefuseHandOver(task=task.key, reason=text()),
    lambda _run, task, data: c.Assign(task=task.key, officer=OfficerId(_pick(data, "a", "b"))),
    lambda _run, task, data: c.Reassign(task=task.key, officer=OfficerId(_pick(data, "a", "b"))),
    lambda _run, task, _data: c.Remind(task=task.key),
    lambda _run, task, data: c.AnswerConsultation(task=task.key, outcome=data.draw(OPINIONS)),
    lambda _run, task, data: ConfirmPayment(task=task.key, charge=_pick(data, "tax", "fee")),
    lambda _run, task, data: ConfirmPayment(task=task.key, charge="tax", amount=data.draw(AMOUNTS)),
    lambda _run, task, _data: WaiveCharge(task=task.key, charge="tax", ground="exempted", evidence=text()),
    lambda _run, task, _data: c.DecideOnTheSpot(task=task.key),
    lambda run, _task, _data: run.filing(),
]  # fmt: skip


def _actor(run: Run, command: c.AnyCommand, data: st.DataObject) -> Actor:
    """Mostly somebody who may; now and then anybody."""
    if data.draw(st.integers(min_value=0, max_value=5)):
        try:
            return run.fitting(command)
        except KeyError:
            return SUPERVISOR
    seats = list(run.filing().seats.values())
    anybody = [CITIZEN, SUPERVISOR, *(person(seat, role) for seat in seats for role in (Role.OFFICER, Role.COUNTER))]
    return data.draw(st.sampled_from(anybody))


def begin(data: st.DataObject, given: Procedure) -> Run:
    """A dossier that already went some way, so that what is rare early is as likely as what is rare late."""
    run = Run.filed(rulebook_of(given), FILED_AT, **FACTS)
    run.facts |= {name: data.draw(st.booleans()) for name in OPEN_FACTS}
    for _ in range(data.draw(st.integers(min_value=0, max_value=14))):
        if not run.state.status.is_closed:
            run.act(run.usual(run.at_hand()[0]))
    return run


def play(run: Run, data: st.DataObject, *, length: int, timed: bool) -> list[tuple[c.Act, datetime]]:
    """A course of acts, with the instants at which they are recorded; refused ones included."""
    course = []
    for _ in range(length):
        if run.state.status.is_closed and data.draw(st.booleans()):
            break
        run.now += STEP * data.draw(st.sampled_from([0, 1, 30, 240, 1440, 4320]))
        if timed:
            run.tick_on_time(run.now)
        elif data.draw(st.booleans()):
            run.tick(run.now)
        tasks = list(run.state.tasks.values())
        live = [*run.state.live_tasks()] or tasks
        task = data.draw(st.sampled_from(live if data.draw(st.integers(0, 4)) else tasks))
        command = data.draw(st.sampled_from(ACTS))(run, task, data)
        act = run._act(command, run.now, _actor(run, command, data), None, None)
        recorded_at = run.now + STEP * data.draw(st.sampled_from([0, 0, 0, 10, 60]))
        if timed:
            run.tick_on_time(recorded_at)
        course.append((act, recorded_at))
        for _ in range(data.draw(st.sampled_from([1, 1, 1, 2]))):  # a duplicate is an act like any other to the core
            _attempt(run, act, recorded_at)
    return course


def _attempt(run: Run, act: c.Act, recorded_at: datetime) -> None:
    before = run.state.model_dump_json()
    try:
        records = perform(run.rules, run.state, act, recorded_at=recorded_at)
    except (DossierError, DeadlineError):
        assert run.state.model_dump_json() == before
        return
    assert any(record.cause == str(act.id) for record in records)
    run._take(records)
    run.now = max(run.now, recorded_at)
    holds_of_every_dossier(run)


def holds_of_every_dossier(run: Run) -> None:
    state = run.state
    assert fold(run.records) == state
    assert [record.sequence for record in run.records] == list(range(1, len(run.records) + 1))
    moving = [one for one in state.live_tasks() if one.work != "apology"]
    on_route = [one for one in moving if one.consultation is None or not one.consultation.asked_by]
    live = Counter(task.step for task in on_route)
    assert all(count == 1 for count in live.values())
    for step, step_run in state.steps.items():
        is_open = step_run.state in {"open", "handed_over"}
        assert (live[step] == 1) == is_open or state.result == "refused" or state.status.is_closed
    if state.status.is_closed:
        assert state.live_tasks() == ()
        assert next_deadline(state) is None
        assert run.records[-1].event.kind in {"dossier.refused", "dossier.withdrawn", "result.returned"}
    assert (state.awaited is not None) == any(task.state is TaskState.AWAITING for task in state.tasks.values())
    stopped = [clock for clock in state.clocks.values() if clock.is_stopped and not clock.is_ended]
    assert state.awaited is not None or not stopped
    assert not state.status.is_closed or all(clock.is_ended for clock in state.clocks.values())
    _rungs_fire_once(run.records)
    _apologies_are_owed_while_a_promise_runs(run)


def _apologies_are_owed_while_a_promise_runs(run: Run) -> None:
    owed = [task for task in run.state.live_tasks() if task.work == "apology"]
    promise = run.state.clocks.get(PROMISE)
    assert len(owed) <= 1
    assert not owed or (promise is not None and promise.runs and not run.state.reappointments)
    assert not owed or APOLOGY in (promise.fired if promise is not None else ())
    assert all("apology" not in stay.task.key for stay in stays(run.records, run.state))


def _rungs_fire_once(records: list[e.Record]) -> None:
    standing: set[tuple[str, int, str]] = set()
    for record in records:
        match record.event:
            case e.RungReached() as reached:
                rung = (reached.subject, reached.term, reached.rung)
                assert rung not in standing
                standing.add(rung)
            case ApologyWeighed(term=term):
                assert (PROMISE, term, APOLOGY) not in standing
                standing.add((PROMISE, term, APOLOGY))
            case e.EscalationLifted() as lifted:
                standing = {one for one in standing if one[0] != lifted.subject or one[2] not in lifted.rungs}
            case _:
                pass


MANY = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@MANY
@given(st.data(), st.sampled_from(sorted(PROCEDURES)))
def test_any_course_of_acts_leaves_a_lawful_dossier(data: st.DataObject, name: str) -> None:
    run = begin(data, PROCEDURES[name])

    play(run, data, length=20, timed=False)


def again(begun: Run, course: list[tuple[c.Act, datetime]], tick: Callable[[Run, datetime], object]) -> Run:
    """The same course from the same beginning, with a timer of that kind."""
    run = Run(begun.rules, FILED_AT)
    run._take(tuple(begun.records))
    for act, recorded_at in course:
        tick(run, recorded_at)
        try:
            run._take(perform(run.rules, run.state, act, recorded_at=recorded_at))
        except (DossierError, DeadlineError):
            continue
    return run


def begun_and_played(data: st.DataObject, name: str) -> tuple[Run, list[tuple[c.Act, datetime]]]:
    """A beginning and a course from it; what the callers had seen is left out, for it differs with the timer."""
    run = begin(data, PROCEDURES[name])
    begun = again(run, [], Run.tick_on_time)
    course = play(run, data, length=10, timed=True)
    return begun, [(act.model_copy(update={"journalled": 0}), recorded_at) for act, recorded_at in course]


@MANY
@given(st.data(), st.sampled_from(sorted(PROCEDURES)), st.lists(st.integers(min_value=0, max_value=5000), max_size=4))
def test_the_timer_may_speak_as_often_as_it_likes(data: st.DataObject, name: str, minutes: list[int]) -> None:
    begun, course = begun_and_played(data, name)

    def more(run: Run, until: datetime) -> None:
        for tick in sorted(until - STEP * minute for minute in minutes):
            run.tick_on_time(max(tick, run.now))
            run.tick(run.now)
        run.tick_on_time(until)

    assert again(begun, course, more).records == again(begun, course, Run.tick_on_time).records


def legal_outcome(run: Run) -> dict[str, object]:
    """What the law asks of the end: every due instant, every grade, and which rungs stand."""
    state = run.state
    # Weighed by the timer and taken back by an act of the same second: as if it had never been.
    called_off = {key for key, task in state.tasks.items() if task.work == "apology" and task.state == "cancelled"}
    return {
        "status": state.status,
        "result": state.result,
        "grade": state.grade,
        "grades": run.grades(),
        "appointment": state.appointment_at,
        "terms": {subject: clock.term for subject, clock in state.clocks.items() if subject not in called_off},
        "rungs": {subject: sorted(clock.fired) for subject, clock in state.clocks.items() if subject not in called_off},
        "awaited": state.awaited,
    }


@MANY
@given(st.data(), st.sampled_from(["copy", "land", "branching", "paper"]))
def test_a_timer_that_never_spoke_changes_no_legal_outcome(data: st.DataObject, name: str) -> None:
    """Acts recorded as they are accepted; where no silence decides, for what silence opens is opened when found."""
    begun, course = begun_and_played(data, name)
    prompt = [
        (act, act.occurred_at) for act, _ in course if not isinstance(act.command, c.Consult | c.AcknowledgeNotice)
    ]
    spoken = again(begun, prompt, Run.tick_on_time)
    silent = again(begun, prompt, lambda _run, _until: None)
    for run in (spoken, silent):
        run.tick(max([run.now, *(recorded_at for _, recorded_at in prompt)]))

    assert legal_outcome(spoken) == legal_outcome(silent)
