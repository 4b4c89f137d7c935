"""Money in the middle: several notices, each paid at once, in parts, or let off; the clock stands still meanwhile.

NĐ 61/2018/NĐ-CP, Điều 22; NĐ 252/2026/NĐ-CP (30 days from the notice, in the procedure). A further notice while others
are unpaid prolongs the same wait. With the last notice settled
the second phase begins, and its promise is counted then.
"""

from collections.abc import Sequence
from typing import assert_never

from dossiers import events as e
from dossiers.closing import finish
from dossiers.draft import Draft
from dossiers.errors import FactsInvalid, NothingAwaited, WrongAct
from dossiers.instants import local
from dossiers.payment_commands import Charge, ConfirmPayment, PaymentCommand, RequestPayment, WaiveCharge
from dossiers.payment_events import ChargeWaived, PaymentConfirmed, PaymentRequested
from dossiers.procedure import StepKind
from dossiers.route import open_ready
from dossiers.standstill import pause, require_no_wait, resume
from dossiers.state import Awaited, Task, TaskState
from dossiers.stops import StopReason
from dossiers.values import PROMISE, Instant, Value


class SecondPhase(Value):
    """What the receipt says of the time after the money (Mẫu 01, “giai đoạn 2”)."""

    received_at: Instant
    #: The promise as it was counted then; null where none was running.
    promise_at: Instant | None


def decide_payment(draft: Draft, command: PaymentCommand, task: Task) -> None:
    """Hand out notices, or settle one."""
    match command:
        case RequestPayment():
            _request(draft, command, task)
        case ConfirmPayment():
            _confirm(draft, command, task)
        case WaiveCharge():
            _waive(draft, command, task)
        case _:
            assert_never(command)


def second_phase(records: Sequence[e.Record]) -> SecondPhase | None:
    """When the last notice was settled, and what was promised then; null while there is no such phase."""
    settled = next((one for one in reversed(records) if _settles(one)), None)
    if settled is None:
        return None
    resumed = next(
        (one.event for one in records if one.cause == settled.cause and isinstance(one.event, e.ClockResumed)), None
    )
    promise = resumed.terms.get(PROMISE) if resumed is not None else None
    return SecondPhase(
        received_at=local(settled.occurred_at), promise_at=promise.due_at if promise is not None else None
    )


def _settles(record: e.Record) -> bool:
    return isinstance(record.event, PaymentConfirmed | ChargeWaived) and not record.event.outstanding


def _request(draft: Draft, command: RequestPayment, task: Task) -> None:
    terms = draft.step(task.step).payment
    if task.step_kind is not StepKind.PAYMENT or terms is None or task.work != "step":
        raise WrongAct(task=task.key, act="request_payment")
    is_further = task.state is TaskState.AWAITING and bool(task.charges)
    if not is_further:
        require_no_wait(draft)
    codes = [charge.code for charge in (*task.charges, *command.charges)]
    if len(dict.fromkeys(codes)) != len(codes):
        message = "Mỗi thông báo nộp tiền phải có mã riêng."
        raise FactsInvalid(message, task=task.key)
    answer_by = draft.answer_by(terms.answer_limit)
    draft.add(PaymentRequested(task=task.key, charges=command.charges, answer_by=answer_by))
    if not is_further:
        pause(draft, (task.key,), StopReason.PAYMENT, terms.basis.citation)


def _confirm(draft: Draft, command: ConfirmPayment, task: Task) -> None:
    awaited, charge = _owed(draft, task, command.charge)
    if command.amount is not None and command.amount > charge.amount:
        message = f"Khoản “{charge.code}” chỉ còn {charge.amount:,} đồng.".replace(",", ".")
        raise FactsInvalid(message, charge=charge.code)
    is_partial = command.amount is not None and command.amount < charge.amount
    outstanding = tuple(one.code for one in task.charges if is_partial or one.code != charge.code)
    draft.add(PaymentConfirmed(task=task.key, charge=charge.code, amount=command.amount, outstanding=outstanding))
    _go_on(draft, awaited, task, outstanding, "paid")


def _waive(draft: Draft, command: WaiveCharge, task: Task) -> None:
    awaited, charge = _owed(draft, task, command.charge)
    outstanding = tuple(one.code for one in task.charges if one.code != charge.code)
    draft.add(
        ChargeWaived(
            task=task.key,
            charge=charge.code,
            ground=command.ground,
            evidence=command.evidence,
            outstanding=outstanding,
        )
    )
    _go_on(draft, awaited, task, outstanding, "waived")


def _owed(draft: Draft, task: Task, code: str) -> tuple[Awaited, Charge]:
    awaited = draft.state.awaited
    if awaited is None or awaited.what is not StopReason.PAYMENT:
        raise NothingAwaited(awaited=StopReason.PAYMENT)
    for charge in task.charges:
        if charge.code == code:
            return awaited, charge
    owed = ", ".join(charge.code for charge in task.charges)
    message = f"Không còn khoản “{code}” chưa nộp; còn: {owed}."
    raise NothingAwaited(message, charge=code)


def _go_on(draft: Draft, awaited: Awaited, task: Task, outstanding: tuple[str, ...], outcome: str) -> None:
    """With the last notice settled the step is done as that one was, and time counts again."""
    if not outstanding:
        resume(draft, awaited)
        finish(draft, draft.state.tasks[task.key], outcome)
        open_ready(draft)
