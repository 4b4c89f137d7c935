"""Documents on their way in and out: taken in whole or not at all, named by acts, thrown away when nobody wants them.

The row and the bytes come and go together. Bytes are settled before the row is committed, so a crash in between leaves
bytes without a row, which the next upload replaces by themselves; never a row without bytes.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import TypeVar, cast
from uuid import UUID

import structlog

from commands.finding import Finding
from documents.errors import DigestMismatch, DocumentError, DocumentLost
from documents.objects import Objects
from dossiers.commands import AnyCommand
from dossiers.documents import Attachment, Digest, Stored
from dossiers.values import OfficerId
from store.database import Database
from store.documents import (
    ReusableRow,
    forget_document,
    keep_document,
    list_documents,
    list_missing,
    list_unattached,
    name_documents,
    read_reusable,
)
from store.errors import StoreError
from store.filing import read_applicant

#: How long an upload that no act has named stays.
UNNAMED_FOR = timedelta(days=7)
#: Longer than any upload takes.
STAGED_FOR = timedelta(days=1)
#: In bytes; what is offered to be taken in.
LARGEST = 20_000_000

_PAUSE = timedelta(minutes=10)
_BATCH = 200
_FIELDS = ("documents", "results")

_log = structlog.get_logger("documents")
Command = TypeVar("Command", bound=AnyCommand)


class Documents:
    """The documents of every dossier."""

    def __init__(self, database: Database, objects: Objects, *, largest: int = LARGEST) -> None:
        self._database = database
        self._objects = objects
        self.largest = largest

    async def take_in(
        self, digest: Digest, body: AsyncIterator[bytes], uploader: OfficerId, *, declared: str | None
    ) -> Stored:
        """Keep the bytes, if they are those of the digest. Raises `DocumentError`, `StoreError`.

        Whoever has no bytes gets nothing for their digest, even where somebody else brought them before.
        """
        staged = await self._objects.stage(body, declared=declared, largest=self.largest)
        stored = Stored(media_type=staged.media_type, size=staged.size)
        if staged.digest != digest:
            await self._objects.discard(staged)
            raise DigestMismatch(digest=staged.digest)
        try:
            async with self._database.transaction() as tx:
                await keep_document(tx, digest, stored, uploader)
                await self._objects.settle(staged)
        except BaseException:
            await self._objects.discard(staged)
            raise
        return stored

    async def opened(self, digest: Digest, first: int, last: int) -> AsyncIterator[bytes]:
        """The bytes from ``first`` to ``last``, both counted. Raises `DocumentLost`, `ObjectsUnavailable`."""
        return await self._objects.opened(digest, first, last)

    async def filled_in(self, command: Command, caller: OfficerId, dossier: UUID) -> Command:
        """The command with what the store knows of its documents; whether they will do is for the core to say."""
        fields = {field: getattr(command, field, ()) for field in _FIELDS}
        if not any(fields.values()):
            return command
        async with self._database.transaction() as tx:
            applicant = await read_applicant(tx, dossier)
        identity_number = None if applicant is None else applicant.identity_number
        known = {
            field: await self.known(attachments, caller, dossier, identity_number)
            for field, attachments in fields.items()
            if attachments
        }
        return cast("Command", command.model_copy(update=known))

    async def known(
        self, attachments: tuple[Attachment, ...], caller: OfficerId, dossier: UUID | None, identity_number: str | None
    ) -> tuple[Attachment, ...]:
        """Attachments with what the store knows of each, for that caller and that person; it keeps them from now on."""
        if not attachments:
            return ()
        async with self._database.transaction() as tx:
            brought = await name_documents(tx, [one.digest for one in attachments], caller, dossier)
            reusable = () if identity_number is None else await read_reusable(tx, identity_number, but=dossier)
        return tuple(
            [_known(one, brought, reusable) if await self._objects.is_there(one.digest) else one for one in attachments]
        )

    async def reusable(self, identity_number: str, *, but: UUID | None = None) -> tuple[ReusableRow, ...]:
        """What the person's earlier dossiers left."""
        async with self._database.transaction() as tx:
            return await read_reusable(tx, identity_number, but=but)

    async def collect(self, unnamed_for: timedelta = UNNAMED_FOR, staged_for: timedelta = STAGED_FOR) -> int:
        """Throw away what no dossier holds and nobody has named for so long, and uploads that broke off; how many."""
        async with self._database.transaction() as tx:
            due = await list_unattached(tx, unnamed_for, limit=_BATCH)
        thrown = sum([await self._thrown_away(digest, unnamed_for) for digest in due])
        return thrown + await self._objects.sweep(staged_for)

    async def _thrown_away(self, digest: Digest, unnamed_for: timedelta) -> bool:
        """An upload of the same bytes waits until the row is gone, and brings both anew."""
        async with self._database.transaction() as tx:
            forgotten = await forget_document(tx, digest, unnamed_for)
            if forgotten:
                await self._objects.remove(digest)
        return forgotten

    async def verify(self) -> AsyncIterator[Finding | None]:
        """Read every document and compare it with its digest: a finding, or nothing for one that is right."""
        async with self._database.transaction() as tx:
            missing = await list_missing(tx, limit=_BATCH)
        for digest in missing:
            yield _finding("document-unknown", digest, "Hồ sơ có tài liệu này, sổ tài liệu không có.")
        after = ""
        while True:
            async with self._database.transaction() as tx:
                page = await list_documents(tx, after=after, limit=_BATCH)
            for row in page:
                yield await self._checked(row.digest)
            if len(page) < _BATCH:
                return
            after = page[-1].digest

    async def _checked(self, digest: Digest) -> Finding | None:
        try:
            found = await self._objects.digest_of(digest)
        except DocumentLost as lost:
            return _finding(lost.code, digest, lost.message)
        if found != digest:
            return _finding(DigestMismatch.code, digest, f"Nội dung trong kho có mã băm {found}.")
        return None

    async def run(self, stopping: asyncio.Event) -> None:
        """Collect now and then until told to stop; what fails is logged and tried again."""
        while not stopping.is_set():
            try:
                thrown = await self.collect()
                if thrown:
                    _log.info("documents.collected", thrown=thrown)
            except (StoreError, DocumentError, OSError, TimeoutError) as error:
                _log.warning("documents.not_collected", error=type(error).__name__)
            try:
                await asyncio.wait_for(stopping.wait(), _PAUSE.total_seconds())
            except TimeoutError:
                continue


def _finding(code: str, digest: Digest, detail: str) -> Finding:
    remedy = "Lấy lại tệp có mã băm ấy từ bản sao lưu của kho tài liệu; xem docs/operations.md."
    return Finding(code=code, detail=f"{digest}: {detail}", remedy=remedy)


def _known(one: Attachment, brought: dict[Digest, Stored], reusable: tuple[ReusableRow, ...]) -> Attachment:
    if not one.is_reused:
        return one.model_copy(update={"stored": brought.get(one.digest)})
    row = next((row for row in reusable if row.digest == one.digest), None)
    return one if row is None else one.model_copy(update={"stored": row.stored, "source": row.source})
