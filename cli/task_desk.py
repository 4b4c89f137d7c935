"""An officer at a command line: the task API under a key of their own, and how its answers are told.

An act is sent under one idempotency key until it has an answer, so a lost connection never doubles it.
"""

import re
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import httpx
from cyclopts import Parameter
from rich.table import Table

from cli.demo.client import Api, Json, Refusal, Unanswered
from cli.report import report, table
from cli.surroundings import joined_environment
from dossiers.phrases import instant_words
from dossiers.time_words import signed_length
from dossiers.values import OfficerId
from embedded.failures import EmbeddedFailure

_SECONDS = 15.0
_ME = OfficerId("me")
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_SAID = {"true": True, "false": False}
_DEADLINES = {"within": "trong hạn", "near": "sắp đến hạn", "overdue": "quá hạn", "stopped": "tạm dừng", "none": "–"}

Which = Annotated[
    str,
    Parameter(help="Mã việc (UUID); hoặc mã số hồ sơ, thêm /bước khi hồ sơ có nhiều việc: H49…-0001/appraisal."),
]
Facts = Annotated[tuple[str, ...], Parameter(name="--fact", help="Thông tin của hồ sơ: tên=giá trị.")]
Opinion = Annotated[str | None, Parameter(help="Ý kiến.")]
Reason = Annotated[str, Parameter(help="Lý do.")]


class NoApi(EmbeddedFailure):
    """It is not known where the API is."""

    code = "nothing-runs"


class NoKey(EmbeddedFailure):
    """It is not known who acts."""

    code = "no-key"


class NoAnswer(EmbeddedFailure):
    """The API did not answer."""

    code = "no-answer"


class WhichTask(EmbeddedFailure):
    """The dossier has no open task, or several."""

    code = "which-task"


class FactUnreadable(EmbeddedFailure):
    """A fact is not written as name=value."""

    code = "fact-unreadable"


class ApiRefused(EmbeddedFailure):
    """The API said no; the code is the problem's own."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal).removeprefix(f"{refusal.code}: "))
        self.code = refusal.code


@Parameter(name="*")
@dataclass(frozen=True)
class Asking:
    """Who asks, and how."""

    key: Annotated[str | None, Parameter(env_var=(), help="Khóa API; mặc định là LIENTHONG_API_KEY.")] = None
    on_behalf_of: Annotated[str | None, Parameter(help="Mã cán bộ vắng mặt mà mình đang thay.")] = None
    patience: Annotated[float, Parameter(help="Chờ câu trả lời nhiều nhất bấy nhiêu giây.")] = 10.0
    json: Annotated[bool, Parameter(name="--json", negative="", help="Trả lời bằng JSON.")] = False


@Parameter(name="*")
@dataclass(frozen=True)
class Acting(Asking):
    """Who acts, on which revision, under which key against doing it twice."""

    revision: Annotated[int | None, Parameter(help="Chỉ làm nếu việc còn ở lần sửa đổi này.")] = None
    request: Annotated[
        str | None, Parameter(help="Khóa chống gửi trùng; dùng lại khóa cũ thì nhận lại câu trả lời cũ.")
    ] = None


#: By the key of the environment, and nothing else said.
READING, HERE = Asking(), Acting()


class Desk:
    """The API as one officer reaches it."""

    def __init__(self, api: Api, request: str) -> None:
        self._api = api
        self._request = request

    async def read(self, path: str, **query: str | int) -> Any:  # noqa: ANN401  (whatever the API answers)
        return await self._api.read(_ME, path, **query)

    async def act(self, path: str, body: Mapping[str, object]) -> Any:  # noqa: ANN401  (whatever the API answers)
        return await self._api.act(_ME, path, body, key=self._request)

    async def task(self, which: str) -> str:
        """The identity of a task. Raises `WhichTask`."""
        try:
            return str(UUID(which))
        except ValueError:
            number, _, step = which.partition("/")
        tasks = (await self.read("/v1/dossiers", number=number))["tasks"]
        fitting = [one for one in tasks if step in ("", one["step"], one["key"])]
        if len(fitting) > 1:
            unit = (await self.read("/v1/me"))["unit"]
            fitting = [one for one in fitting if one["unit"] == unit] or fitting
        if len(fitting) != 1:
            known = ", ".join(f"{number}/{one['key']}" for one in tasks) or "không việc nào đang mở"
            message = f"Không rõ việc nào của hồ sơ {number}: {known}."
            raise WhichTask(message)
        return str(fitting[0]["id"])


@asynccontextmanager
async def desk(asking: Asking) -> AsyncIterator[Desk]:
    """At the API of this environment. Raises whatever it refuses, under the code of its problem."""
    environment = joined_environment()
    url, key = environment.get("LIENTHONG_API_URL"), asking.key or environment.get("LIENTHONG_API_KEY")
    if not url:
        message = "Chưa biết API ở đâu: chạy `lienthong up`, hoặc đặt LIENTHONG_API_URL."
        raise NoApi(message)
    if not key:
        message = "Chưa biết ai làm: đặt LIENTHONG_API_KEY hoặc --key; cấp khóa bằng `lienthong caller add`."
        raise NoKey(message)
    headers = {"On-Behalf-Of": asking.on_behalf_of} if asking.on_behalf_of else {}
    request = None
    if isinstance(asking, Acting):
        request = asking.request
        headers |= {"If-Match": f'"{asking.revision}"'} if asking.revision is not None else {}
    http = httpx.AsyncClient(base_url=url, headers=headers, timeout=_SECONDS, trust_env=False)
    try:
        async with Api(http, {_ME: key}, patience=asking.patience, at_once=1) as api:
            yield Desk(api, request or f"cli-{uuid.uuid4()}")
    except Refusal as refusal:
        raise ApiRefused(refusal) from refusal
    except (Unanswered, httpx.InvalidURL) as silent:
        message = f"API không trả lời ở {url}: {silent}"
        raise NoAnswer(message) from silent


async def act(which: str, name: str, asking: Acting, **body: object) -> None:
    """Perform an act on a task and tell what came of it."""
    given = {field: value for field, value in body.items() if value not in (None, (), {})}
    async with desk(asking) as officer:
        answer = await officer.act(f"/v1/tasks/{await officer.task(which)}/{name}", given)
    report(as_json=asking.json).answer(answer, *_outcome_shown(answer))


def facts_of(written: Sequence[str]) -> dict[str, object]:
    """``name=value`` as the API takes it: yes or no, a whole number, or text. Raises `FactUnreadable`."""
    facts: dict[str, object] = {}
    for one in written:
        name, equals, value = one.partition("=")
        if not equals:
            message = f"“{one}” phải viết là tên=giá-trị."
            raise FactUnreadable(message)
        facts[name] = _SAID[value] if value in _SAID else int(value) if _WHOLE.fullmatch(value) else value
    return facts


def task_shown(task: Json) -> Iterator[str | Table]:
    """One task, every fact of it that people act on."""
    yield table(
        "việc",
        "",
        rows=[
            ["hồ sơ", task["number"]],
            ["việc", task["key"]],
            ["ở", f"{task['agency']}/{task['unit']}"],
            ["vai trò", task["role"]],
            ["tình trạng", task["state"]],
            ["người giữ", _holder(task)],
            ["mở lúc", _moment(task["opened_at"])],
            ["hạn", _moment(task["due_at"])],
            ["thời hạn", _DEADLINES[task["deadline_state"]]],
            ["lần sửa đổi", str(task["revision"])],
            ["mã việc", task["id"]],
        ],
    )


def tasks_shown(tasks: Sequence[Json]) -> str | Table:
    """A list of tasks."""
    if not tasks:
        return "Không có việc nào."
    rows = [
        [
            f"{one['number']}/{one['key']}",
            f"{one['agency']}/{one['unit']}",
            _holder(one),
            _moment(one["due_at"]),
            _left(one),
        ]
        for one in tasks
    ]
    made = table("việc", "ở", "người giữ", "hạn", "còn lại", rows=rows)
    made.columns[0].no_wrap = True  # it is copied to act on the task
    return made


def _outcome_shown(answer: Json) -> Iterator[str | Table]:
    if "accepted_at" in answer and "events" not in answer:
        yield "Đã ghi nhận, đang được thực hiện."
        return
    for event in answer["events"]:
        yield event["words"]
    yield ""
    yield "Việc đang mở của hồ sơ:" if answer["tasks"] else "Hồ sơ không còn việc nào đang mở."
    if answer["tasks"]:
        yield tasks_shown(answer["tasks"])


def _holder(task: Json) -> str:
    pending = " (đang có yêu cầu)" if task["pending"] else ""
    return (task["holder"] or "–") + pending


def _left(task: Json) -> str:
    """The working time that is left where a list says it; else how the deadline stands."""
    seconds = task.get("remaining_seconds")
    return _DEADLINES[task["deadline_state"]] if seconds is None else signed_length(seconds)


def _moment(text: str | None) -> str:
    return "–" if text is None else instant_words(datetime.fromisoformat(text))
