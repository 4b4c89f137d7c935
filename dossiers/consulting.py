"""Asking other agencies for their opinion, and what their answer or silence does (NĐ 61/2018/NĐ-CP, Điều 19.5)."""

from dossiers import commands as c
from dossiers import events as e
from dossiers.closing import grade_now, lift
from dossiers.counting import require_unit
from dossiers.deadline_errors import DeadlineError
from dossiers.draft import Draft
from dossiers.errors import FactsInvalid, WrongAct
from dossiers.limits import Counting, TimeLimit
from dossiers.procedure import OnTimeout, Role, StepKind
from dossiers.route import open_ready
from dossiers.state import Task, TaskState
from dossiers.terms import term_of
from dossiers.values import task_key

#: Receiving, collecting and returning judge nothing, so they need nobody's opinion.
_AT_THE_COUNTER = (StepKind.RECEPTION, StepKind.PAYMENT, StepKind.RETURN)
_BASIS = "NĐ 61/2018/NĐ-CP, Điều 19.5"


def consult(draft: Draft, command: c.Consult, task: Task) -> None:
    """Ask several agencies at once; each has its own limit and may be silent on its own."""
    if not task.steers or task.step_kind in _AT_THE_COUNTER:
        raise WrongAct(task=task.key, act="consult")
    if command.on_timeout is OnTimeout.DEEMED_CONSENT and command.basis is None:
        message = "Im lặng chỉ là đồng ý khi có quy định riêng: phải nêu căn cứ; không thì báo người đứng đầu Một cửa."
        raise FactsInvalid(message, on_timeout=command.on_timeout)
    for participant in command.participants:
        _ask(draft, command, task, participant)


def _ask(draft: Draft, command: c.Consult, task: Task, participant: str) -> None:
    known = {one.name for one in draft.rulebook.procedure.participants}
    if participant not in known:
        message = f"Thủ tục không có cơ quan tham gia “{participant}”; chỉ có: {', '.join(sorted(known))}."
        raise FactsInvalid(message, participant=participant)
    seat = draft.seat(participant)
    key = task_key(f"{task.key}/consult-{participant}")
    if key in draft.state.tasks:
        message = f"Bước này đã lấy ý kiến “{participant}”."
        raise WrongAct(message, participant=participant)
    limits = draft.limits_of_opinion(_limit(command.limit))
    opened = e.TaskOpened(
        task=key,
        step=task.step,
        step_kind=StepKind.CONSULTATION,
        work="step",
        seat=seat,
        role=Role.OFFICER,
        term=term_of(limits, draft.rulebook.calendar_of(seat.unit), draft.recorded_at),
        consultation=e.ConsultationTerms(
            on_timeout=command.on_timeout,
            basis=command.basis or _BASIS,
            content=command.content,
            asked_by=task.key,
            limit=limits.limit,
        ),
    )
    draft.add(opened, at=draft.recorded_at)


def _limit(text: str) -> TimeLimit:
    try:
        limit = TimeLimit.parse(text)
        require_unit(limit, Counting.ELAPSED)
    except DeadlineError as error:
        raise FactsInvalid(str(error), limit=text) from error
    if not limit.value:
        message = "Phải cho cơ quan được hỏi một thời hạn để trả lời."
        raise FactsInvalid(message, limit=text)
    return limit


def answer_consultation(draft: Draft, command: c.AnswerConsultation, task: Task) -> None:
    """The answer; after silence has decided it is recorded and changes nothing.

    An answer in time, recorded only after the timer had spoken, takes the place of the silence.
    """
    if task.work != "step" or task.step_kind is not StepKind.CONSULTATION:
        raise WrongAct(task=task.key, act="answer_consultation")
    is_open = task.state is TaskState.OPEN
    counted = is_open or _was_in_time(draft, task)
    draft.add(
        e.ConsultationAnswered(
            task=task.key,
            outcome=command.outcome,
            opinion=command.opinion,
            counted=counted,
            grade=grade_now(draft, task.key),
        )
    )
    lift(draft, task.key)
    if is_open:
        open_ready(draft)


def _was_in_time(draft: Draft, task: Task) -> bool:
    due, run = draft.state.due_of(task.key), draft.state.run_of(task.step)
    asked_again = task.key != task_key(f"{task.step}#{run.occurrence}") or run.state != "done"
    is_of_the_route = task.consultation is not None and task.consultation.asked_by is None
    return due is not None and draft.occurred_at <= due and not (is_of_the_route and asked_again)
