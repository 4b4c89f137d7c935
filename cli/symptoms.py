"""What an operator looks at: which parts run, since when and in which version, and what is wrong with them.

Every look is bounded and none depends on another, so one silent part hides nothing about the rest.
"""

import asyncio
import shutil
import sys
import tomllib
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import httpx
import psutil
import temporalio
from pydantic import BaseModel, ConfigDict
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeNamespaceRequest,
    DescribeTaskQueueRequest,
    GetSystemInfoRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError

from bootstrap import CHECKOUT
from dossiers.instants import VIETNAM
from embedded.data_directory import StackRecord
from embedded.failures import EmbeddedFailure
from embedded.migrations import pending_migrations
from embedded.stack import MIGRATIONS
from store.alarms import list_open_alarms
from store.calendars import list_refusing
from store.database import Database
from store.feed import newest_to_come
from store.inbox import backlog
from store.server import describe_server
from workflows.addresses import DOSSIER, activity_queue, dossier_of

RETENTION = timedelta(days=90)
#: A worker asks for work at least once a minute.
POLLED_WITHIN = timedelta(seconds=75)
#: Longer than a resend takes while everything runs.
PENDING_FOR = timedelta(seconds=60)
BACKLOG_FOR = timedelta(seconds=10)
FREE_SHARE = 0.05
FREE_BYTES = 2 * 1024**3

_ANSWER_WITHIN = timedelta(seconds=5)
_LISTED = 20
_FAILING = f'TemporalReportedProblems IS NOT NULL AND ExecutionStatus = "Running" AND WorkflowType = "{DOSSIER}"'


class Part(BaseModel):
    """Something that runs, or should."""

    model_config = ConfigDict(frozen=True)

    name: str
    state: str
    version: str | None = None
    address: str | None = None
    pid: int | None = None
    since: datetime | None = None


class Symptom(BaseModel):
    """Something that is wrong, and what to do."""

    model_config = ConfigDict(frozen=True)

    code: str
    detail: str
    remedy: str


Sign = Part | Symptom


async def signs_of_processes(stack: StackRecord | None) -> AsyncIterator[Sign]:
    """The processes of the stack of this checkout."""
    for name, pid in (stack.pids if stack else {}).items():
        try:
            since = datetime.fromtimestamp(psutil.Process(pid).create_time(), UTC).astimezone(VIETNAM)
        except psutil.NoSuchProcess:
            continue  # it is being started again
        yield Part(name=name, state="tiến trình", pid=pid, since=since)


async def signs_of_database(database: Database) -> AsyncIterator[Sign]:
    """PostgreSQL, what waits in the inbox, what must never happen and did, and who refuses a later calendar."""
    async with database.transaction() as tx:
        server = await describe_server(tx)
        waiting = await backlog(tx)
        alarms = await list_open_alarms(tx, limit=_LISTED)
        refusing = await list_refusing(tx, limit=_LISTED)
        to_come = await newest_to_come(tx)
    yield Part(name="PostgreSQL", state="chạy", version=server.version, since=server.since)
    age = timedelta(0) if waiting.oldest_at is None else datetime.now(UTC) - waiting.oldest_at
    if age > PENDING_FOR:
        yield Symptom(
            code="commands-pending",
            detail=f"{waiting.pending} yêu cầu chưa có kết quả, cũ nhất đã chờ {in_words(age)}.",
            remedy="Xem worker và API có chạy không: API gửi lại mỗi yêu cầu sau 15 giây.",
        )
    if to_come is not None:
        yield Symptom(
            code="transactions-behind",
            detail=f"Nhật ký từ máy chủ khác, đã đến giao dịch {to_come}; dòng sự kiện (/v1/events) chưa đúng thứ tự.",
            remedy="Dừng PostgreSQL và đặt số giao dịch vượt số ấy bằng pg_resetwal; xem docs/operations.md.",
        )
    for alarm in alarms:
        about = "; ".join(f"{name} {value}" for name, value in alarm.particulars.items())
        yield Symptom(
            code=f"alarm-{alarm.kind}",
            detail=f"Hồ sơ {alarm.dossier}: {alarm.times} lần, gần nhất {_written(alarm.last_raised_at)}; {about}",
            remedy=_alarm_remedy(alarm.kind, str(alarm.dossier)),
        )
    for one in refusing:
        yield Symptom(
            code="calendar-refused",
            detail=f"{one.number} không chuyển được sang {one.version}, còn tính theo {one.calendar}: "
            f"{one.message} ({one.code})",
            remedy=f"Công bố một phiên bản sửa {one.version} để hồ sơ tính được: lienthong calendar preview TỆP.",
        )


def _alarm_remedy(kind: str, dossier: str) -> str:
    match kind:
        case "journal-ahead" | "workflow-missing" | "journal-conflict" | "journal-gap":
            return f"lienthong dossier rehydrate {dossier}"
        case "update-broken":
            return f"Chạy worker cùng phiên bản với API; sau đó: lienthong dossier settle {dossier}"
        case _:
            return f"Xem docs/alarms.md, mục {kind}; xử lý xong: lienthong dossier settle {dossier}"


async def signs_of_schema(owner_url: str | None) -> AsyncIterator[Sign]:
    """Whether the schema is that of this checkout."""
    if owner_url is None:
        yield Part(name="lược đồ", state="không kiểm tra được: chưa đặt LIENTHONG_OWNER_DATABASE_URL")
        return
    try:
        async with asyncio.timeout(_ANSWER_WITHIN.total_seconds()):
            pending = await pending_migrations(owner_url, MIGRATIONS)
    except (EmbeddedFailure, TimeoutError):
        yield Symptom(
            code="schema-unknown",
            detail="Không hỏi được lược đồ bằng LIENTHONG_OWNER_DATABASE_URL.",
            remedy="Kiểm tra địa chỉ và mật khẩu của vai trò lienthong_owner.",
        )
        return
    if pending:
        yield Symptom(code="migrations-pending", detail=", ".join(pending), remedy="lienthong db up")
    else:
        yield Part(name="lược đồ", state="mới nhất", version=max(file.stem for file in MIGRATIONS.glob("*.sql")))


async def signs_of_temporal(client: Client, address: str) -> AsyncIterator[Sign]:
    """The server, how long it remembers, and workflows whose code fails."""
    service = client.workflow_service
    information = await service.get_system_info(GetSystemInfoRequest(), timeout=_ANSWER_WITHIN)
    yield Part(name="Temporal", state="chạy", version=information.server_version, address=address)
    asked = DescribeNamespaceRequest(namespace=client.namespace)
    described = await service.describe_namespace(asked, timeout=_ANSWER_WITHIN)
    retention = described.config.workflow_execution_retention_ttl.ToTimedelta()
    if retention < RETENTION:
        yield Symptom(
            code="retention-short",
            detail=f"Temporal chỉ giữ quy trình đã kết thúc {in_words(retention)}, cần {RETENTION.days} ngày.",
            remedy=f"temporal operator namespace update --address {address} --namespace {client.namespace} "
            f"--retention {RETENTION.days}d",
        )
    try:
        failing = [one.id async for one in client.list_workflows(_FAILING, limit=_LISTED)]
    except RPCError as error:
        # A server that is older has no such search attribute; nothing is wrong with the dossiers.
        yield Part(name="lỗi của quy trình", state=f"không hỏi được: {error.status.name}")
        return
    for workflow in failing:
        yield Symptom(
            code="workflow-failing",
            detail=f"Worker xử lý hỏng hồ sơ {dossier_of(workflow)}; hồ sơ đứng yên, không mất gì.",
            remedy="Xem nhật ký worker; chạy worker đã sửa lỗi thì hồ sơ tự đi tiếp.",
        )


async def signs_of_workers(client: Client, task_queue: str) -> AsyncIterator[Sign]:
    """Who asks for work, on both queues."""
    queues = {
        "worker (quy trình)": (task_queue, TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW),
        "worker (tác vụ)": (activity_queue(task_queue), TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY),
    }
    for name, (queue, kind) in queues.items():
        request = DescribeTaskQueueRequest(
            namespace=client.namespace, task_queue=TaskQueue(name=queue), task_queue_type=kind, report_stats=True
        )
        described = await client.workflow_service.describe_task_queue(request, timeout=_ANSWER_WITHIN)
        now = datetime.now(UTC)
        pollers = sorted(
            {
                poller.identity
                for poller in described.pollers
                if now - poller.last_access_time.ToDatetime(UTC) < POLLED_WITHIN
            }
        )
        if pollers:
            yield Part(name=name, state=f"{len(pollers)} đang nhận việc: {', '.join(pollers)}", address=queue)
        else:
            yield Symptom(code="no-worker", detail=f"Không ai nhận việc ở {queue}.", remedy="lienthong worker")
        age = described.stats.approximate_backlog_age.ToTimedelta()
        if described.stats.approximate_backlog_count and age > BACKLOG_FOR:
            yield Symptom(
                code="queue-behind",
                detail=f"{described.stats.approximate_backlog_count} việc chờ ở {queue}, lâu nhất {in_words(age)}.",
                remedy="Chạy thêm worker: lienthong up --workers N, hoặc lienthong worker ở máy khác.",
            )


async def signs_of_api(url: str | None) -> AsyncIterator[Sign]:
    """Whether the API can serve."""
    if url is None:
        yield Part(name="API", state="không kiểm tra được: chưa đặt LIENTHONG_API_URL")
        return
    remedy = "Xem .data/logs/api.log; `lienthong api` chạy API, `lienthong up` chạy mọi thứ."
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=_ANSWER_WITHIN.total_seconds()) as http:
            answer = await http.get(f"{url}/readyz")
    except httpx.HTTPError as error:
        yield Symptom(code="api-silent", detail=f"{url}: {type(error).__name__}", remedy=remedy)
        return
    if answer.is_success:
        yield Part(name="API", state="sẵn sàng", address=url)
    else:
        yield Symptom(code="api-not-ready", detail=f"{url}/readyz: {answer.status_code} {answer.text}", remedy=remedy)


class Usage(Protocol):
    """How full a disk is."""

    @property
    def total(self) -> int: ...
    @property
    def free(self) -> int: ...


async def signs_of_machine(data: Path, measure: Callable[[Path], Usage] = shutil.disk_usage) -> AsyncIterator[Sign]:
    """This checkout and its disk."""
    yield Part(name="Liên thông", state=str(CHECKOUT), version=product_version())
    yield Part(name="Python", state=sys.executable, version=".".join(map(str, sys.version_info[:3])))
    yield Part(name="Temporal SDK", state="thư viện", version=temporalio.__version__)
    place = next(path for path in (data, *data.parents) if path.exists())
    usage = measure(place)
    if usage.free < min(FREE_BYTES, usage.total * FREE_SHARE):
        yield Symptom(
            code="disk-full",
            detail=f"{place}: còn {usage.free / 1024**3:.1f} GiB, {usage.free / usage.total:.0%}.",
            remedy="Giải phóng đĩa: PostgreSQL và Temporal dừng ghi khi hết chỗ.",
        )


def _written(instant: datetime) -> str:
    return f"{instant:%H:%M:%S %d/%m/%Y}"


def product_version() -> str:
    """As the checkout names itself."""
    project: Mapping[str, Any] = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def in_words(span: timedelta) -> str:
    """A length of time as one reads it."""
    seconds = int(span.total_seconds())
    units = ((86_400, "ngày"), (3_600, "giờ"), (60, "phút"))
    for size, name in units:
        if seconds >= size:
            return f"{seconds // size} {name}"
    return f"{seconds} giây"
