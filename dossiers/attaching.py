"""Deciding what documents an act brings: each is in the store, of a type its paper accepts, and a new version of it.

What the store knows stands in the act; nothing is looked up here. A document taken from an earlier dossier of the same
person must answer to what the component says it may be re-used from, and still hold (NĐ 224/2026, Điều 15.1d, 18.4).
"""

from collections.abc import Sequence
from datetime import date

from dossiers import commands as c
from dossiers.documents import (
    USUAL_TYPES,
    VERSIONS_MAX,
    Attachment,
    Digitisation,
    Document,
    DocumentsAttached,
    PaperKind,
    Stored,
    versions_of,
)
from dossiers.draft import Draft
from dossiers.errors import DocumentUnfit, DocumentUnknown
from dossiers.procedure import Component, Effect
from dossiers.state import Task
from dossiers.values import TaskKey

_DIGEST_SHOWN = 12


def attach(draft: Draft, command: c.AnyCommand, task: Task | None) -> None:
    """Record the documents that the act brings, if it may bring any. Raises `DocumentUnknown`, `DocumentUnfit`."""
    match command:
        case c.FileDossier() | c.Receive() | c.AnswerSupplement():
            _record(draft, task, command.documents, ())
        case c.Approve() | c.Sign() | c.ReturnResult():
            _record(draft, task, (), command.results)
        case c.DecideOnTheSpot():
            _record(draft, task, command.documents, command.results)
        case c.Complete():
            if command.results:
                _require_forward(draft, command, task)
            _record(draft, task, command.documents, command.results)
        case _:
            return


def _record(draft: Draft, task: Task | None, components: Sequence[Attachment], results: Sequence[Attachment]) -> None:
    if not components and not results:
        return
    if len(draft.state.documents) + len(components) + len(results) > VERSIONS_MAX:
        message = f"Một hồ sơ có nhiều nhất {VERSIONS_MAX} lượt tài liệu."
        raise DocumentUnfit(message)
    documents: list[Document] = []
    for one in components:
        documents.append(_document(draft, "component", one, documents))
    for one in results:
        documents.append(_document(draft, "result", one, documents))
    key: TaskKey | None = None if task is None else task.key
    draft.add(DocumentsAttached(task=key, documents=tuple(documents)))


def _document(draft: Draft, kind: PaperKind, brought: Attachment, before: Sequence[Document]) -> Document:
    stored = brought.stored
    if stored is None or (brought.is_reused and brought.source is None):
        raise DocumentUnknown(paper=brought.paper, digest=brought.digest)
    if kind == "component":
        _require_fit(draft, _component(draft, brought.paper), brought, stored)
    else:
        _require_result(draft, brought, stored)
    earlier = len(versions_of(draft.state.documents, kind, brought.paper))
    beside = sum((one.kind, one.paper) == (kind, brought.paper) for one in before)
    return Document(
        kind=kind,
        paper=brought.paper,
        version=earlier + beside + 1,
        digest=brought.digest,
        media_type=stored.media_type,
        size=stored.size,
        digitisation=_digitisation(brought),
        name=brought.name,
        valid_until=brought.valid_until if brought.source is None else brought.source.valid_until,
        source=brought.source,
    )


def _component(draft: Draft, paper: str) -> Component:
    for one in draft.rulebook.procedure.components:
        if one.code == paper:
            return one
    message = f"Thủ tục không có thành phần hồ sơ “{paper}”."
    raise DocumentUnfit(message, paper=paper)


def _require_fit(draft: Draft, component: Component, brought: Attachment, stored: Stored) -> None:
    _require_type(component.title, component.accepts or USUAL_TYPES, brought, stored)
    if brought.valid_until is not None:
        message = f"Chỉ giấy tờ kết quả mới ghi ngày hết giá trị: “{component.title}”."
        raise DocumentUnfit(message, paper=brought.paper)
    if brought.source is not None:
        require_reusable(component, brought.source.paper, brought.source.valid_until, draft.occurred_at.date())


def require_reusable(component: Component, paper: str, valid_until: date | None, on: date) -> None:
    """Raise `DocumentUnfit` unless such a paper may stand for the component on that day."""
    if paper not in component.reuses:
        message = f"“{component.title}” không dùng lại được từ “{paper}”."
        raise DocumentUnfit(message, paper=component.code)
    if valid_until is not None and on > valid_until:
        message = f"Giấy tờ dùng lại cho “{component.title}” hết giá trị từ sau ngày {valid_until:%d/%m/%Y}."
        raise DocumentUnfit(message, paper=component.code)


def _require_result(draft: Draft, brought: Attachment, stored: Stored) -> None:
    title = next((one.title for one in draft.rulebook.procedure.results if one.code == brought.paper), None)
    if title is None:
        message = f"Thủ tục không có giấy tờ kết quả “{brought.paper}”."
        raise DocumentUnfit(message, paper=brought.paper)
    if brought.is_reused:
        message = f"Kết quả “{title}” là giấy tờ mới, không dùng lại."
        raise DocumentUnfit(message, paper=brought.paper)
    _require_type(title, USUAL_TYPES, brought, stored)


def _require_type(title: str, accepted: Sequence[str], brought: Attachment, stored: Stored) -> None:
    if stored.media_type not in accepted:
        message = f"“{title}” nhận {', '.join(accepted)}; tài liệu này là {stored.media_type}."
        raise DocumentUnfit(message, paper=brought.paper, digest=brought.digest[:_DIGEST_SHOWN])


def _require_forward(draft: Draft, command: c.Complete, task: Task | None) -> None:
    assert task is not None, "completing is an act on a task"
    outcomes = {one.code: one.effect for one in draft.step(task.step).outcomes}
    if outcomes.get(command.outcome, Effect.FORWARD) is not Effect.FORWARD:
        message = "Việc không đi tiếp thì không kèm giấy tờ kết quả."
        raise DocumentUnfit(message, outcome=command.outcome)


def _digitisation(brought: Attachment) -> Digitisation:
    if brought.source is None:
        return Digitisation(brought.made)
    return Digitisation.REUSED_COMPONENT if brought.source.kind == "component" else Digitisation.REUSED_RESULT
