"""The description of the API (OpenAPI 3.1): stable operation ids, an example of every request, every problem named."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from api.announcement import Announcement
from api.problems import KINDS, MEDIA_TYPE, Problem
from api.views import AcceptedView, ActView

TITLE = "Liên thông"
VERSION = "1"
DESCRIPTION = """Nộp, chuyển, giải quyết và theo dõi hồ sơ liên thông giữa các cơ quan.

Mỗi yêu cầu làm thay đổi hồ sơ cần tiêu đề `Idempotency-Key`; gửi lại với cùng khóa cho cùng câu trả lời.
Người thực hiện là chủ của khóa API. Thời điểm theo RFC 3339, múi giờ +07:00.
Lỗi theo RFC 9457; mã lỗi ổn định ở `code`.
"""

#: Families of operations: a name from which clients call a module, and what people read.
TAGS = tuple(
    {"name": name, "description": words}
    for name, words in (
        ("dossiers", "Hồ sơ: nộp, tìm, đọc"),
        ("documents", "Tài liệu: tải lên, tải về, dùng lại"),
        ("acts", "Hành vi trên một việc hoặc một hồ sơ"),
        ("worklist", "Hàng việc: danh sách, giữ, trả, chuyển"),
        ("bulk", "Hàng loạt"),
        ("hand-overs", "Bàn giao: danh sách, phiếu bàn giao, phiếu chuyển xử lý"),
        ("forms", "Biểu mẫu: danh sách, bản in"),
        ("lines", "Đường truyền tới hệ thống riêng của các cơ quan"),
        ("absences", "Người thay"),
        ("supervision", "Giám sát"),
        ("time", "Thời hạn và sổ thời gian"),
        ("commands", "Yêu cầu đã ghi nhận"),
        ("events", "Dòng sự kiện"),
        ("catalogue", "Danh mục: thủ tục, danh bạ"),
        ("calendars", "Lịch làm việc"),
        ("operation", "Vận hành"),
    )
)

_TAGGED: dict[str, Any] = {
    "headers": {"ETag": {"schema": {"type": "string"}, "description": "lần sửa đổi của việc, để gửi lại ở If-Match"}}
}
#: What may befall a call that reads.
READ_PROBLEMS = (
    "unauthenticated",
    "not-for-this-caller",
    "not-standing-in",
    "not-found",
    "request-invalid",
    "internal-fault",
    "store-unavailable",
)
#: What may befall a request with a body, besides.
BODY_PROBLEMS = ("request-unreadable", "request-too-large")
#: What may befall an act, besides; which refusals of the law it may meet depends on the procedure.
ACT_PROBLEMS = (
    *READ_PROBLEMS,
    *BODY_PROBLEMS,
    "idempotency-key-missing",
    "idempotency-mismatch",
    "not-permitted",
    "task-not-open",
    "task-claimed",
    "task-pending",
    "task-changed",
    "dossier-closed",
)


def act(operation: str, summary: str, example: Mapping[str, Any]) -> dict[str, Any]:
    """How an act is described."""
    return {
        "operation_id": operation,
        "summary": summary,
        "response_model": ActView,
        "response_description": "Đã làm và đã ghi vào nhật ký",
        "responses": {202: accepted_response(), **problems(*ACT_PROBLEMS)},
        "openapi_extra": body_example(example),
    }


def read(operation: str, summary: str) -> dict[str, Any]:
    """How a call that reads is described."""
    return {"operation_id": operation, "summary": summary, "responses": problems(*READ_PROBLEMS)}


def read_tagged(operation: str, summary: str) -> dict[str, Any]:
    """The same, of something whose revision is answered with it."""
    return {"operation_id": operation, "summary": summary, "responses": {200: _TAGGED, **problems(*READ_PROBLEMS)}}


def worklist_act(operation: str, summary: str, example: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """How an act on a claim is described: one transaction of the store, always answered at once."""
    codes = (
        *READ_PROBLEMS,
        "not-permitted",
        "task-claimed",
        "task-pending",
        "task-changed",
        "task-not-ready",
        "not-holder",
    )
    if example is None:
        return {"operation_id": operation, "summary": summary, "responses": {200: _TAGGED, **problems(*codes)}}
    return {
        "operation_id": operation,
        "summary": summary,
        "responses": {200: _TAGGED, **problems(*codes, *BODY_PROBLEMS)},
        "openapi_extra": body_example(example),
    }


def keeping(operation: str, summary: str, example: Mapping[str, Any]) -> dict[str, Any]:
    """How a call is described that keeps something beside dossiers, under an idempotency key."""
    codes = (*READ_PROBLEMS, *BODY_PROBLEMS, "idempotency-key-missing", "idempotency-mismatch")
    return {
        "operation_id": operation,
        "summary": summary,
        "status_code": 201,
        "responses": problems(*codes),
        "openapi_extra": body_example(example),
    }


def bulk(operation: str, summary: str, view: type[BaseModel], example: Mapping[str, Any]) -> dict[str, Any]:
    """How an act on many tasks is described; what befalls each stands in the answer."""
    codes = (*READ_PROBLEMS, *BODY_PROBLEMS, "idempotency-key-missing")
    return {
        "operation_id": operation,
        "summary": summary,
        "status_code": 207,
        "response_model": view,
        "response_description": "Kết quả của từng việc, theo thứ tự đã gửi",
        "responses": problems(*codes),
        "openapi_extra": body_example(example),
    }


def accepted_response() -> dict[str, Any]:
    return {
        "model": AcceptedView,
        "description": "Đã ghi nhận, sẽ được thực hiện; hỏi lại theo Location",
        "headers": {"Location": {"schema": {"type": "string"}, "description": "nơi hỏi kết quả"}},
    }


def body_example(example: Mapping[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"content": {"application/json": {"example": dict(example)}}}}


def problems(*codes: str) -> dict[int | str, dict[str, Any]]:
    """The statuses of these codes, each with the codes that share it."""
    described: dict[int | str, dict[str, Any]] = {}
    for code in codes:
        status, title = KINDS[code]
        shared = described.setdefault(int(status), _problem_response())
        shared["description"] = "; ".join(filter(None, (shared["description"], f"`{code}`: {title}")))
        shared["content"][MEDIA_TYPE]["examples"][code] = {"value": _example(code, status, title)}
    return described


def _problem_response() -> dict[str, Any]:
    return {
        "description": "",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": {}}},
    }


def _example(code: str, status: HTTPStatus, title: str) -> dict[str, Any]:
    return Problem(type=f"/problems/{code}", title=title, status=status, detail=title, code=code).model_dump(
        mode="json", exclude_none=True
    )


def describe(app: FastAPI) -> dict[str, Any]:
    """The document, made once; problems and what is announced are in it although no endpoint has one as its model."""
    if app.openapi_schema is None:
        document = FastAPI.openapi(app)
        # FastAPI describes what a stream consists of as OpenAPI 3.2 does; 3.1 has no words for it.
        for stream in _streams(document):
            stream.pop("itemSchema", None)
        for model in (Problem, Announcement):
            document["components"]["schemas"].update(_schemas_of(model))
        for schema in document["components"]["schemas"].values():
            _tell_no_object_as_default(schema)
        app.openapi_schema = document
    return app.openapi_schema


def _streams(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for item in document["paths"].values():
        for operation in item.values():
            for answer in operation["responses"].values():
                if "text/event-stream" in answer.get("content", {}):
                    yield answer["content"]["text/event-stream"]


def _tell_no_object_as_default(schema: dict[str, Any]) -> None:
    """What makes clients from the document cannot write such a value down, and leaves the whole model out."""
    for field in schema.get("properties", {}).values():
        if isinstance(field.get("default"), dict) and field["default"]:
            del field["default"]


def _schemas_of(model: type[BaseModel]) -> dict[str, Any]:
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    return {**schema.pop("$defs", {}), model.__name__: schema}
