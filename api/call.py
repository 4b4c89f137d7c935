"""One call that changes something: who asks, under which key, and how its outcome is told.

The same key with the same request finds its first answer again; the text and the act are kept in one transaction.
"""

import hashlib
import json
from http import HTTPStatus
from typing import Annotated, TypeVar
from uuid import UUID

import structlog
from fastapi import Depends, Header, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api import problems
from api.act_requests import ActRequest, DossierActRequest, TaskActRequest
from api.callers import KnownCaller, actor_of
from api.errors import RequestInvalid
from api.parts import KnownParts, Parts
from api.pinned import pinned_procedure
from api.revisions import RevisionMeant
from api.text_book import TextBook
from api.views import AcceptedView, ActView, EventView, TaskView
from api.visibility import require_visible, visible_task
from commands.gate import Submission
from commands.outcomes import Accepted, Done, Outcome, Refused
from dossiers.commands import AcknowledgeNotice, DossierCommand, TaskCommand
from dossiers.errors import NoticeUnknown, Violation
from dossiers.events import DossierFiled
from dossiers.identity import command_id
from store.callers import Caller
from store.errors import DossierUnknown
from store.escalations import read_notice
from store.filing import read_tracking_code
from store.register import read_dossier
from store.worklist import tasks_of

IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="khóa chống gửi trùng, do bên gọi đặt; gửi lại với cùng khóa cho cùng câu trả lời",
    ),
]


Command = TypeVar("Command", bound=TaskCommand | DossierCommand)


class Call:
    """A caller's act on its way through the gate."""

    def __init__(
        self,
        request: Request,
        parts: KnownParts,
        caller: KnownCaller,
        key: IdempotencyKey,
        revision: RevisionMeant,
    ) -> None:
        self.parts: Parts = parts
        self.caller: Caller = caller
        #: Of the task, if the act is on one.
        self.revision = revision
        #: Two callers may choose the same key and mean different things.
        self.key = f"{caller.id}/{key}"
        self._request = request

    async def on_task(self, task_id: UUID, asked: TaskActRequest) -> Response:
        return await self._told(await self.outcome_on_task(task_id, asked, self.key, self.revision))

    async def outcome_on_task(self, task_id: UUID, asked: TaskActRequest, key: str, revision: int | None) -> Outcome:
        """What becomes of the act; raises what stands against admitting it."""
        task = await visible_task(self.parts.database.reading, self.parts.directories, self.caller, task_id)
        book = TextBook(command_id(task.dossier, key))
        command = await self._filled_in(asked.command(task.key, book), task.dossier)
        submission = submission_of(self.caller, self.key, task.dossier, command, book, asked, task_id)
        return await self.parts.gate.submit(
            submission.model_copy(update={"idempotency_key": key, "revision": revision})
        )

    async def on_dossier(self, dossier: UUID, asked: DossierActRequest) -> Response:
        return await self._told(await self.outcome_on_dossier(dossier, asked))

    async def outcome_on_dossier(self, dossier: UUID, asked: DossierActRequest) -> Outcome:
        """What becomes of the act; raises what stands against admitting it."""
        self._require_no_revision()
        await require_visible(self.parts.database.reading, self.parts.directories, self.caller, dossier)
        book = TextBook(command_id(dossier, self.key))
        command = await self._filled_in(asked.command(book), dossier)
        return await self.parts.gate.submit(
            submission_of(self.caller, self.key, dossier, command, book, asked, dossier)
        )

    async def on_notice(self, notice_id: UUID, asked: ActRequest) -> Response:
        return await self._told(await self.outcome_on_notice(notice_id, asked))

    async def outcome_on_notice(self, notice_id: UUID, asked: ActRequest) -> Outcome:
        """What becomes of the act; raises what stands against admitting it."""
        self._require_no_revision()
        reading = self.parts.database.reading
        notice = await read_notice(reading, notice_id)
        if notice is None:
            raise NoticeUnknown(notice=str(notice_id))
        try:
            await require_visible(reading, self.parts.directories, self.caller, notice.dossier)
        except DossierUnknown as hidden:
            raise NoticeUnknown(notice=str(notice_id)) from hidden
        book = TextBook(command_id(notice.dossier, self.key))
        command = AcknowledgeNotice(notice=notice_id)
        return await self.parts.gate.submit(
            submission_of(self.caller, self.key, notice.dossier, command, book, asked, notice_id)
        )

    async def _filled_in(self, command: Command, dossier: UUID) -> Command:
        """What the store knows of the documents that the act names goes with it."""
        return await self.parts.documents.filled_in(command, self.caller.id, dossier)

    def _require_no_revision(self) -> None:
        """A precondition that nobody checks would be a promise not kept."""
        if self.revision is not None:
            message = "chỉ dùng được cho hành vi trên một việc"
            raise RequestInvalid(violations=[Violation(pointer="If-Match", message=message)])

    async def _told(self, outcome: Outcome) -> Response:
        return await tell(self._request, self.parts, outcome, HTTPStatus.OK)


KnownCall = Annotated[Call, Depends()]


def submission_of(
    caller: Caller,
    key: str,
    dossier: UUID,
    command: TaskCommand | DossierCommand,
    book: TextBook,
    asked: ActRequest,
    target: UUID,
) -> Submission:
    """What the caller asks for, as the gate takes it; ``target`` is what the act is on: task, notice or dossier."""
    evidence = book.keep_if("evidence", asked.evidence)
    return Submission(
        dossier=dossier,
        idempotency_key=key,
        request_hash=request_hash(command.kind, "/".join((str(target), *caller.hands[1:])), asked),
        actor=actor_of(caller),
        command=command,
        texts=book.texts,
        entered_for=asked.entered_for,
        evidence=evidence,
    )


def request_hash(act: str, target: str, asked: BaseModel) -> str:
    """What a key stands for: the act, on what, and everything the request said."""
    said = {"act": act, "target": target, "request": asked.model_dump(mode="json")}
    canonical = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


async def tell(request: Request, parts: Parts, outcome: Outcome, on_done: HTTPStatus) -> Response:
    """An outcome over HTTP: done with what it brought about, refused with its problem, or to be asked for later."""
    request.state.dossier, request.state.command = str(outcome.dossier), str(outcome.command)
    structlog.contextvars.bind_contextvars(dossier=str(outcome.dossier), command=str(outcome.command))
    match await told_of(parts, outcome):
        case ActView() as done:
            headers = {"Location": f"/v1/dossiers/{outcome.dossier}"} if on_done is HTTPStatus.CREATED else {}
            return JSONResponse(done.model_dump(mode="json"), status_code=on_done, headers=headers)
        case Refused() as refused:
            return problems.answer(problems.refusal_of(refused))
        case AcceptedView() as kept:
            headers = {"Location": f"/v1/commands/{kept.command}", "Retry-After": "1"}
            return JSONResponse(kept.model_dump(mode="json"), status_code=HTTPStatus.ACCEPTED, headers=headers)


async def told_of(parts: Parts, outcome: Outcome) -> ActView | AcceptedView | Refused:
    """An outcome as its caller reads it."""
    match outcome:
        case Done():
            return await act_view(parts, outcome)
        case Accepted():
            return AcceptedView(dossier=outcome.dossier, command=outcome.command, accepted_at=outcome.accepted_at)
        case Refused():
            return outcome


async def act_view(parts: Parts, done: Done) -> ActView:
    """What a command brought about, and who must act now."""
    reading = parts.database.reading
    row = await read_dossier(reading, done.dossier)
    open_tasks = await tasks_of(reading, done.dossier)
    is_filing = any(isinstance(one.event, DossierFiled) for one in done.events)
    code = await read_tracking_code(reading, done.dossier) if is_filing else None
    assert row is not None, "what was done was done to a dossier"
    procedure = await pinned_procedure(parts, row)
    return ActView(
        dossier=done.dossier,
        number=row.number,
        status=row.status,
        command=done.command,
        accepted_at=done.accepted_at,
        events=tuple(EventView.told(one, procedure) for one in done.events),
        tasks=tuple(TaskView.of(one) for one in open_tasks if one.state.is_live),
        tracking_code=code,
    )
