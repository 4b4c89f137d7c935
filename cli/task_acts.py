"""The acts of the law on a task, one command each; what each may carry is what the API takes."""

from typing import Annotated

from cyclopts import Parameter

from cli.task_desk import HERE, Acting, Facts, Opinion, Reason, Which, act, facts_of

Components = Annotated[tuple[str, ...], Parameter(name="--component", help="Thành phần cần bổ sung, theo mã.")]


async def receive(which: Which, /, *, fact: Facts = (), acting: Acting = HERE) -> None:
    """Tiếp nhận hồ sơ."""
    await act(which, "receive", acting, facts=facts_of(fact))


async def refuse(which: Which, /, *, reason: Reason, acting: Acting = HERE) -> None:
    """Từ chối: tại quầy, hoặc sau thẩm định."""
    await act(which, "refuse", acting, reason=reason)


async def hand_over(which: Which, /, *, acting: Acting = HERE) -> None:
    """Bàn giao hồ sơ."""
    await act(which, "hand-over", acting)


async def accept(which: Which, /, *, acting: Acting = HERE) -> None:
    """Nhận bàn giao."""
    await act(which, "accept", acting)


async def refuse_hand_over(which: Which, /, *, reason: Reason, acting: Acting = HERE) -> None:
    """Không nhận bàn giao."""
    await act(which, "refuse-hand-over", acting, reason=reason)


async def recall(which: Which, /, *, reason: Reason | None = None, acting: Acting = HERE) -> None:
    """Thu hồi hồ sơ đã chuyển mà chưa ai nhận."""
    await act(which, "recall", acting, reason=reason)


async def assign(which: Which, officer: str, /, *, acting: Acting = HERE) -> None:
    """Phân công cán bộ."""
    await act(which, "assign", acting, officer=officer)


async def reassign(which: Which, officer: str, /, *, reason: Reason | None = None, acting: Acting = HERE) -> None:
    """Phân công lại."""
    await act(which, "reassign", acting, officer=officer, reason=reason)


async def complete(
    which: Which,
    /,
    *,
    outcome: Annotated[str, Parameter(help="Một trong các kết cục của bước.")] = "done",
    fact: Facts = (),
    opinion: Opinion = None,
    acting: Acting = HERE,
) -> None:
    """Hoàn thành bước."""
    await act(which, "complete", acting, outcome=outcome, facts=facts_of(fact), opinion=opinion)


async def approve(which: Which, /, *, fact: Facts = (), opinion: Opinion = None, acting: Acting = HERE) -> None:
    """Phê duyệt."""
    await act(which, "approve", acting, facts=facts_of(fact), opinion=opinion)


async def sign(which: Which, /, *, opinion: Opinion = None, acting: Acting = HERE) -> None:
    """Ký kết quả."""
    await act(which, "sign", acting, opinion=opinion)


async def return_result(which: Which, /, *, acting: Acting = HERE) -> None:
    """Trả kết quả cho người nộp."""
    await act(which, "return", acting)


async def decide_on_the_spot(which: Which, /, *, fact: Facts = (), acting: Acting = HERE) -> None:
    """Tiếp nhận, thẩm định, phê duyệt tại chỗ."""
    await act(which, "decide-on-the-spot", acting, facts=facts_of(fact))


async def rework(which: Which, to: str, /, *, reason: Reason, acting: Acting = HERE) -> None:
    """Trả lại một bước trước để làm lại."""
    await act(which, "rework", acting, to=to, reason=reason)


async def request_supplement(
    which: Which, /, *, reason: Reason, component: Components = (), acting: Acting = HERE
) -> None:
    """Yêu cầu người nộp bổ sung."""
    await act(which, "request-supplement", acting, reason=reason, components=component)


async def consult(
    which: Which,
    /,
    *,
    participant: Annotated[tuple[str, ...], Parameter(help="Bên được lấy ý kiến.")],
    content: Annotated[str, Parameter(help="Nội dung hỏi.")],
    limit: Annotated[str, Parameter(help="Thời hạn trả lời: 2wd.")],
    acting: Acting = HERE,
) -> None:
    """Lấy ý kiến các cơ quan khác."""
    await act(which, "consult", acting, participants=participant, content=content, limit=limit)


async def answer(
    which: Which,
    outcome: Annotated[str, Parameter(help="consent, object, comment.")],
    /,
    *,
    opinion: Opinion = None,
    acting: Acting = HERE,
) -> None:
    """Trả lời lấy ý kiến."""
    await act(which, "answer", acting, outcome=outcome, opinion=opinion)


async def request_payment(
    which: Which,
    /,
    *,
    charge: Annotated[tuple[str, ...], Parameter(help="Khoản phải nộp: mã=số-tiền.")],
    acting: Acting = HERE,
) -> None:
    """Thông báo nghĩa vụ tài chính."""
    charges = [{"code": code, "amount": amount} for code, amount in facts_of(charge).items()]
    await act(which, "request-payment", acting, charges=charges)


async def confirm_payment(which: Which, charge: str, /, *, acting: Acting = HERE) -> None:
    """Xác nhận một khoản đã nộp."""
    await act(which, "confirm-payment", acting, charge=charge)


async def require_attendance(
    which: Which,
    /,
    *,
    at: Annotated[str, Parameter(help="Lúc nào: 2026-12-04T09:00:00+07:00.")],
    reason: Reason,
    acting: Acting = HERE,
) -> None:
    """Mời người nộp có mặt."""
    await act(which, "require-attendance", acting, attend_at=at, reason=reason)


async def remind(which: Which, /, *, acting: Acting = HERE) -> None:
    """Đôn đốc người đang giữ việc."""
    await act(which, "remind", acting)
