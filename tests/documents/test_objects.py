"""The object store on a real folder: whole objects under their digest, and nothing of what broke off."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from documents.errors import DocumentLost, DocumentTooLarge, DocumentTypeRefused, ObjectsUnavailable
from documents.objects import Objects

CONTENT = b"%PDF-1.7\n" + bytes(range(256)) * 3_000
LARGEST = 1_000_000


class Broken(Exception):
    """The line broke."""


async def in_pieces(content: bytes, size: int = 50_000, *, breaks: bool = False) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]
    if breaks:
        raise Broken


def files(folder: Path) -> list[str]:
    return sorted(str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file())


@pytest.fixture
def objects(tmp_path: Path) -> Objects:
    return Objects.at((tmp_path / "documents").as_uri())


async def stored(objects: Objects, content: bytes = CONTENT) -> str:
    staged = await objects.stage(in_pieces(content), declared=None, largest=LARGEST)
    await objects.settle(staged)
    return staged.digest


@pytest.mark.parametrize("size", [1, 7, 50_000, 2_000_000])
async def test_bytes_come_back_as_they_were_however_they_came(objects: Objects, tmp_path: Path, size: int) -> None:
    content = CONTENT if size > 1_000 else CONTENT[:500]
    staged = await objects.stage(in_pieces(content, size), declared=None, largest=LARGEST)
    await objects.settle(staged)
    read = b"".join([piece async for piece in await objects.opened(staged.digest, 0, len(content) - 1)])
    digest = hashlib.sha256(content).hexdigest()

    assert (staged.digest, staged.size, staged.media_type) == (digest, len(content), "application/pdf")
    assert read == content
    assert files(tmp_path) == [f"documents/sha256/{digest[:2]}/{digest}"]


async def test_a_part_is_read_alone(objects: Objects) -> None:
    digest = await stored(objects)

    assert b"".join([piece async for piece in await objects.opened(digest, 5, 8)]) == CONTENT[5:9]


async def test_the_same_bytes_again_change_nothing(objects: Objects, tmp_path: Path) -> None:
    assert await stored(objects) == await stored(objects)
    assert len(files(tmp_path)) == 1


async def test_what_breaks_off_leaves_nothing(objects: Objects, tmp_path: Path) -> None:
    with pytest.raises(Broken):
        await objects.stage(in_pieces(CONTENT, breaks=True), declared=None, largest=LARGEST)

    assert files(tmp_path) == []


@pytest.mark.parametrize(("largest", "fits"), [(len(CONTENT), True), (len(CONTENT) - 1, False)])
async def test_the_limit_is_of_what_came_not_of_what_was_announced(
    objects: Objects, tmp_path: Path, largest: int, *, fits: bool
) -> None:
    if fits:
        await objects.discard(await objects.stage(in_pieces(CONTENT), declared=None, largest=largest))
    else:
        with pytest.raises(DocumentTooLarge):
            await objects.stage(in_pieces(CONTENT), declared=None, largest=largest)

    assert files(tmp_path) == []


async def test_what_is_no_document_is_refused_before_much_of_it_came(objects: Objects, tmp_path: Path) -> None:
    came = 0

    async def archive() -> AsyncIterator[bytes]:
        nonlocal came
        while True:
            came += 1
            yield b"PK\x03\x04" + bytes(50_000)

    with pytest.raises(DocumentTypeRefused):
        await objects.stage(archive(), declared=None, largest=LARGEST)

    assert came == 1
    assert files(tmp_path) == []


async def test_nothing_at_all_is_no_document(objects: Objects) -> None:
    with pytest.raises(DocumentTypeRefused):
        await objects.stage(in_pieces(b""), declared=None, largest=LARGEST)


async def test_an_upload_that_is_given_up_leaves_nothing(objects: Objects, tmp_path: Path) -> None:
    arrived = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        yield CONTENT
        arrived.set()
        await asyncio.Event().wait()

    async def uploading() -> None:
        await objects.stage(endless(), declared=None, largest=LARGEST)

    upload = asyncio.create_task(uploading())
    await arrived.wait()
    upload.cancel()
    with pytest.raises(asyncio.CancelledError):
        await upload

    assert [one for one in files(tmp_path) if "sha256" in one] == []


async def test_what_a_crash_left_on_the_way_is_swept(objects: Objects, tmp_path: Path) -> None:
    staged = await objects.stage(in_pieces(CONTENT), declared=None, largest=LARGEST)
    digest = await stored(objects)

    assert await objects.sweep(timedelta(days=1)) == 0
    os.utime(tmp_path / "documents" / staged.path, (0, 0))
    assert await objects.sweep(timedelta(days=1)) == 1
    assert files(tmp_path) == [f"documents/sha256/{digest[:2]}/{digest}"]


async def test_bytes_that_were_changed_or_taken_away_are_noticed(objects: Objects, tmp_path: Path) -> None:
    digest = await stored(objects)
    file = tmp_path / "documents" / "sha256" / digest[:2] / digest

    assert await objects.digest_of(digest) == digest
    file.write_bytes(CONTENT[:-1] + b"x")
    assert await objects.digest_of(digest) != digest
    file.unlink()
    assert not await objects.is_there(digest)
    with pytest.raises(DocumentLost):
        await objects.digest_of(digest)
    with pytest.raises(DocumentLost):
        await objects.opened(digest, 0, 9)


async def test_what_is_removed_is_gone_and_may_be_removed_again(objects: Objects) -> None:
    digest = await stored(objects)
    await objects.remove(digest)
    await objects.remove(digest)

    assert not await objects.is_there(digest)


async def test_every_object_is_listed(objects: Objects) -> None:
    digests = {await stored(objects), await stored(objects, CONTENT[:999])}

    assert {one.digest async for one in objects.listed()} == digests


async def test_a_store_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    objects = Objects.at((tmp_path / "documents").as_uri())
    (tmp_path / "documents" / "staging").write_text("in the way", encoding="utf-8")

    with pytest.raises(ObjectsUnavailable):
        await objects.stage(in_pieces(CONTENT), declared=None, largest=LARGEST)


@pytest.mark.parametrize("address", ["documents", "ftp://there/is", "s3://", ""])
def test_an_address_of_another_form_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="file:///"):
        Objects.at(address)


def test_a_bucket_is_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "us-east-1")

    assert isinstance(Objects.at("s3://bucket/prefix"), Objects)
