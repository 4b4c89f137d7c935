"""Where the bytes of documents lie: an object store, a folder or anything S3 speaks, each object under its digest.

Invariants: an object's name is the SHA-256 of its bytes, so it is never changed and may be written again; what is not
whole lies under ``staging/`` and is seen by nobody; no name that anybody gave ever becomes a path.
"""

import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple, Self
from urllib.parse import urlsplit
from uuid import uuid4

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from documents.errors import DocumentLost, DocumentTooLarge, ObjectsUnavailable
from documents.sniffing import HEAD, media_type_of

_STAGING = "staging"
_KEPT = "sha256"
_CHUNK = 256 * 1024
#: The library raises what the operating system would, and its own for what a service answers.
_FAILURES = (BaseError, OSError)


class Staged(NamedTuple):
    """Bytes that came in whole and are seen by nobody yet."""

    path: str
    digest: str
    media_type: str
    size: int


class Listed(NamedTuple):
    """An object as the store lists it."""

    digest: str
    size: int


class Objects:
    """The one door to the bytes."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    @classmethod
    def at(cls, url: str) -> Self:
        """``file:///folder``, which is made where it is missing, or ``s3://bucket/prefix``, its credentials the usual
        ones (``AWS_ACCESS_KEY_ID``, ``AWS_ENDPOINT_URL``, …). ValueError for an address of another form.
        """
        parts = urlsplit(url)
        if parts.scheme == "file":
            return cls(LocalStore(Path(parts.path), mkdir=True))
        if parts.scheme in {"s3", "az", "gs"} and parts.netloc:
            return cls(from_url(url))
        message = "địa chỉ kho tài liệu phải có dạng file:///thư-mục hoặc s3://thùng/tiền-tố"
        raise ValueError(message)

    async def stage(self, body: AsyncIterator[bytes], *, declared: str | None, largest: int) -> Staged:
        """Take bytes in as they come, at most ``largest``. Whatever goes wrong on the way, nothing of them stays.

        Raises `DocumentTooLarge`, `DocumentTypeRefused`, `ObjectsUnavailable`, and what ``body`` raises.
        """
        metered = _Metered(body, declared=declared, largest=largest)
        path = f"{_STAGING}/{uuid4()}"
        try:
            with _told():
                await obstore.put_async(self._store, path, metered.bytes(), chunk_size=5 * 1024 * 1024)
        except BaseException:
            await self._discard(path)
            raise
        return Staged(path, metered.digest, metered.media_type, metered.size)

    async def settle(self, staged: Staged) -> None:
        """From now on the bytes are under their digest; the same bytes that were there are replaced by themselves."""
        with _told():
            await obstore.rename_async(self._store, staged.path, _path(staged.digest))

    async def discard(self, staged: Staged) -> None:
        """Let go of what was taken in."""
        await self._discard(staged.path)

    async def opened(self, digest: str, first: int, last: int) -> AsyncIterator[bytes]:
        """The bytes from ``first`` to ``last``, both counted. Raises `DocumentLost`, `ObjectsUnavailable`."""
        with _told(digest):
            found = await obstore.get_async(self._store, _path(digest), options={"range": (first, last + 1)})
        return _pieces(found)

    async def is_there(self, digest: str) -> bool:
        """Whether the store has an object of that name."""
        try:
            with _told(digest):
                await obstore.head_async(self._store, _path(digest))
        except DocumentLost:
            return False
        return True

    async def digest_of(self, digest: str) -> str:
        """What the bytes under that name really are. Raises `DocumentLost`, `ObjectsUnavailable`."""
        summed = hashlib.sha256()
        with _told(digest):
            found = await obstore.get_async(self._store, _path(digest))
            async for piece in _pieces(found):
                summed.update(piece)
        return summed.hexdigest()

    async def remove(self, digest: str) -> None:
        """No such object any more; it may have gone before."""
        with _told(), suppress(FileNotFoundError):
            await obstore.delete_async(self._store, _path(digest))

    async def listed(self) -> AsyncIterator[Listed]:
        """Every object, in no order."""
        with _told():
            async for page in obstore.list(self._store, prefix=_KEPT):
                for one in page:
                    yield Listed(one["path"].rpartition("/")[2], one["size"])

    async def sweep(self, older_than: timedelta) -> int:
        """Remove what was staged longer ago than that and belongs to nobody; how much it was."""
        last = datetime.now(UTC) - older_than
        with _told():
            paths = [
                one["path"]
                async for page in obstore.list(self._store, prefix=_STAGING)
                for one in page
                if one["last_modified"] < last
            ]
        for path in paths:
            await self._discard(path)
        return len(paths)

    async def _discard(self, path: str) -> None:
        """Nothing is lost by what stays: `sweep` finds it."""
        with suppress(*_FAILURES):
            await obstore.delete_async(self._store, path)


class _Metered:
    """Bytes on their way in: counted, summed, and looked at before the first of them is passed on."""

    def __init__(self, body: AsyncIterator[bytes], *, declared: str | None, largest: int) -> None:
        self._body = body
        self._declared = declared
        self._largest = largest
        self._summed = hashlib.sha256()
        self.media_type = ""
        self.size = 0

    @property
    def digest(self) -> str:
        return self._summed.hexdigest()

    async def bytes(self) -> AsyncIterator[bytes]:
        head = b""
        async for piece in self._body:
            self.size += len(piece)
            if self.size > self._largest:
                raise DocumentTooLarge(largest=str(self._largest))
            self._summed.update(piece)
            if self.media_type:
                yield piece
                continue
            head += piece
            if len(head) >= HEAD:
                self.media_type = media_type_of(head[:HEAD], self._declared)
                yield head
        if not self.media_type:
            self.media_type = media_type_of(head, self._declared)
            yield head


@contextmanager
def _told(digest: str | None = None) -> Iterator[None]:
    """Failures of the library, told as ours; of a named object that is not there, that it is lost."""
    try:
        yield
    except FileNotFoundError as error:
        if digest is None:
            raise
        raise DocumentLost(digest=digest) from error
    except _FAILURES as error:
        raise ObjectsUnavailable from error


async def _pieces(found: "obstore.GetResult") -> AsyncIterator[bytes]:
    async for piece in found.stream(min_chunk_size=_CHUNK):
        yield bytes(piece)


def _path(digest: str) -> str:
    return f"{_KEPT}/{digest[:2]}/{digest}"
