"""A dossier's history as Temporal keeps it, decoded for people; from the archive once Temporal may forget it."""

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from temporalio.service import RPCError

from api.errors import EngineUnreachable
from api.parts import Parts
from api.views import HistoryEventView, HistoryRunView, HistoryView
from commands.histories import read_runs
from workflows.addresses import dossier_workflow_id

_PREFIX = "EVENT_TYPE_"

#: What Temporal's events mean for a dossier.
WORDS = {
    "WORKFLOW_EXECUTION_STARTED": "Quy trình bắt đầu",
    "WORKFLOW_EXECUTION_COMPLETED": "Quy trình kết thúc",
    "WORKFLOW_EXECUTION_FAILED": "Quy trình hỏng",
    "WORKFLOW_EXECUTION_TERMINATED": "Quy trình bị dừng",
    "WORKFLOW_EXECUTION_CONTINUED_AS_NEW": "Quy trình sang lần chạy mới",
    "WORKFLOW_EXECUTION_UPDATE_ACCEPTED": "Nhận một hành vi",
    "WORKFLOW_EXECUTION_UPDATE_COMPLETED": "Hành vi đã áp dụng",
    "WORKFLOW_EXECUTION_SIGNALED": "Nhận một tin báo",
    "WORKFLOW_TASK_SCHEDULED": "Chờ worker xử lý",
    "WORKFLOW_TASK_STARTED": "Worker bắt đầu xử lý",
    "WORKFLOW_TASK_COMPLETED": "Worker xử lý xong",
    "WORKFLOW_TASK_FAILED": "Worker xử lý hỏng, sẽ thử lại",
    "WORKFLOW_TASK_TIMED_OUT": "Worker không trả lời kịp",
    "TIMER_STARTED": "Hẹn giờ cho thời hạn kế tiếp",
    "TIMER_FIRED": "Đến giờ hẹn",
    "TIMER_CANCELED": "Huỷ giờ hẹn",
    "ACTIVITY_TASK_SCHEDULED": "Giao một tác vụ",
    "ACTIVITY_TASK_STARTED": "Tác vụ bắt đầu",
    "ACTIVITY_TASK_COMPLETED": "Tác vụ xong",
    "ACTIVITY_TASK_FAILED": "Tác vụ hỏng",
    "ACTIVITY_TASK_TIMED_OUT": "Tác vụ quá thời gian",
}


async def history_of(parts: Parts, dossier: UUID) -> HistoryView:
    """Every run of the dossier's workflow, the oldest first. Raises `EngineUnreachable`."""
    workflow = dossier_workflow_id(dossier)
    try:
        runs = await read_runs(dossier, parts.database, parts.client)
    except RPCError as error:
        raise EngineUnreachable from error
    return HistoryView(
        dossier=dossier,
        workflow=workflow,
        runs=tuple(
            HistoryRunView(
                run_id=run.run_id,
                url=_url(parts, workflow, run.run_id),
                is_archived=run.is_archived,
                events=tuple(_event(one) for one in run.events),
            )
            for run in runs
        ),
    )


def _event(event: Mapping[str, Any]) -> HistoryEventView:
    kind = str(event["eventType"]).removeprefix(_PREFIX)
    attributes: Any = next((value for name, value in event.items() if name.endswith("Attributes")), {})
    return HistoryEventView(
        id=int(event["eventId"]),
        at=datetime.fromisoformat(event["eventTime"]),
        type=kind,
        words=WORDS.get(kind, kind),
        attributes=decoded(attributes),
    )


def decoded(value: Any) -> Any:  # noqa: ANN401  (any JSON)
    """JSON with every payload in it read."""
    match value:
        case {"metadata": {"encoding": str() as encoding}, **rest} if set(rest) <= {"data"}:
            return _payload(encoding, str(rest.get("data", "")))
        case dict():
            return {name: decoded(part) for name, part in value.items()}
        case list():
            return [decoded(part) for part in value]
        case _:
            return value


def _payload(encoding: str, data: str) -> Any:  # noqa: ANN401  (any JSON)
    kind, raw = base64.b64decode(encoding), base64.b64decode(data)
    if kind == b"binary/null":
        return None
    if not kind.startswith(b"json/"):
        return {"encoding": kind.decode(errors="replace"), "bytes": len(raw)}
    return json.loads(raw)


def _url(parts: Parts, workflow: str, run_id: str) -> str | None:
    if parts.temporal_ui_url is None:
        return None
    base = parts.temporal_ui_url.rstrip("/")
    return f"{base}/namespaces/{parts.client.namespace}/workflows/{workflow}/{run_id}/history"
