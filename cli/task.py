"""`task list|show|next|claim|release|transfer`, and every act on a task: an officer's day at the command line.

Everything goes through the API with the officer's own key, so nothing can be done here that could not be done there;
a refusal ends with 1 and bears the code of its problem.
"""

from typing import Annotated

from cyclopts import App, Parameter

from cli.report import report
from cli.task_desk import HERE, READING, Acting, Asking, Which, desk, task_shown, tasks_shown

app = App(
    name="task",
    help="Việc của cán bộ, qua API bằng khóa của chính mình. Mã thoát: 0 xong; 1 bị từ chối, hoặc không ai trả lời.",
)

# As text: the list needs none of them.
for _act in (
    *("receive", "refuse", "hand_over", "accept", "refuse_hand_over", "recall", "assign", "reassign", "complete"),
    *("approve", "sign", "decide_on_the_spot", "rework", "request_supplement", "consult", "answer"),
    *("request_payment", "confirm_payment", "require_attendance", "remind"),
):
    app.command(f"cli.task_acts:{_act}")
app.command("cli.task_acts:return_result", name="return")

_Flag = Parameter(negative="")


@app.command(name="list")
async def list_all(  # noqa: PLR0913  (each is an option)
    *,
    agency: str | None = None,
    unit: str | None = None,
    role: str | None = None,
    officer: Annotated[str | None, Parameter(help="Người đang giữ việc.")] = None,
    mine: Annotated[bool, _Flag] = False,
    free: Annotated[bool, Parameter(negative="", help="Chỉ việc chưa ai giữ.")] = False,
    state: str | None = None,
    deadline_state: Annotated[str | None, Parameter(help="within, near, overdue, stopped, none.")] = None,
    remaining_within: Annotated[str | None, Parameter(help="Còn không quá chừng ấy giờ làm việc: PT4H.")] = None,
    procedure: str | None = None,
    channel: str | None = None,
    text: Annotated[str | None, Parameter(help="Tên người nộp, mã số, tên thủ tục; không cần dấu.")] = None,
    sort: Annotated[str | None, Parameter(help="due, opened, number, agency, unit, role, officer, state, …")] = None,
    limit: Annotated[int, Parameter(help="Nhiều nhất bao nhiêu việc, đến 200.")] = 50,
    cursor: Annotated[str | None, Parameter(help="Con trỏ của trang sau.")] = None,
    asking: Asking = READING,
) -> None:
    """Danh sách việc, việc đến hạn trước đứng trước."""
    said = {
        "agency": agency,
        "unit": unit,
        "role": role,
        "officer": officer,
        "state": state,
        "deadline_state": deadline_state,
        "remaining_within": remaining_within,
        "procedure": procedure,
        "channel": channel,
        "text": text,
        "sort": sort,
        "cursor": cursor,
        "mine": "true" if mine else None,
        "free": "true" if free else None,
    }
    async with desk(asking) as officer_desk:
        page = await officer_desk.read(
            "/v1/tasks", limit=limit, **{name: value for name, value in said.items() if value is not None}
        )
    more = [] if page["next"] is None else [f"Còn nữa: --cursor {page['next']}"]
    report(as_json=asking.json).answer(page, tasks_shown(page["items"]), *more)


@app.command
async def show(which: Which, /, *, asking: Asking = READING) -> None:
    """Một việc: ở đâu, ai giữ, hạn khi nào."""
    async with desk(asking) as officer:
        task = await officer.read(f"/v1/tasks/{await officer.task(which)}")
    report(as_json=asking.json).answer(task, *task_shown(task))


@app.command(name="next")
async def next_(*, asking: Asking = READING) -> None:
    """Nhận việc đến hạn sớm nhất của đơn vị mình."""
    async with desk(asking) as officer:
        task = await officer.act("/v1/tasks/get-next", {})
    shown = ["Không còn việc nào chờ."] if task is None else task_shown(task)
    report(as_json=asking.json).answer(task, *shown)


@app.command
async def claim(which: Which, /, *, acting: Acting = HERE) -> None:
    """Nhận giữ một việc."""
    await _moved(which, "claim", acting)


@app.command
async def release(which: Which, /, *, acting: Acting = HERE) -> None:
    """Trả việc về đơn vị."""
    await _moved(which, "release", acting)


@app.command
async def transfer(which: Which, officer: str, /, *, acting: Acting = HERE) -> None:
    """Chuyển việc cho đồng nghiệp cùng đơn vị."""
    await _moved(which, "transfer", acting, officer=officer)


async def _moved(which: str, name: str, acting: Acting, **body: str) -> None:
    async with desk(acting) as officer:
        task = await officer.act(f"/v1/tasks/{await officer.task(which)}/{name}", body)
    report(as_json=acting.json).answer(task, *task_shown(task))
