"""Documents over HTTP, into a real folder: sent once, named by acts, read by whoever may see the dossier."""

import hashlib
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import ClientDisconnect

from commands.documents import Documents
from documents.objects import Objects
from tests.support.desks import COPY, FILING, Desk, Json, Office, done, problem
from tests.support.journeys import Journey
from tests.support.scans import pdf

COUNTER = "ha-long-counter-1"


async def filed_with(desk: Desk, *documents: Json, **more: object) -> Json:
    return await desk.file({**FILING, "components": ["copy"], "documents": documents}, **more)


async def papers_of(desk: Desk, dossier: str) -> dict[str, Any]:
    answer = done(await desk.get(f"/v1/dossiers/{dossier}/documents"))
    return {one["code"]: one for one in answer["papers"]}


async def test_a_document_is_sent_named_by_a_filing_and_read_again(bureau: Office) -> None:
    desk, content = await bureau.officer(COUNTER), pdf(300_000)
    digest = await desk.bring(content)
    filed = await filed_with(desk, {"component": "original", "digest": digest, "name": "Sổ hộ khẩu Nguyễn Văn Đức.pdf"})
    papers = await papers_of(desk, filed["dossier"])
    shown = done(await desk.get(f"/v1/dossiers/{filed['dossier']}"))
    (version,) = papers["original"]["versions"]
    read = await desk.get(f"/v1/dossiers/{filed['dossier']}/documents/{digest}")

    assert [one["kind"] for one in filed["events"]] == ["dossier.filed", "documents.attached", "task.opened"]
    assert (papers["original"]["digitisation"], papers["copy"]["digitisation"]) == ("scanned", "paper")
    assert (version["name"], version["size"]) == ("Sổ hộ khẩu Nguyễn Văn Đức.pdf", 300_000)
    assert [one["digitisation"] for one in shown["papers"]] == ["scanned", "paper", "absent"]
    assert read.content == content
    assert read.headers["content-type"] == "application/pdf"


async def test_no_name_and_no_byte_of_a_document_is_in_the_journal(bureau: Office) -> None:
    desk = await bureau.officer(COUNTER)
    digest = await desk.bring(pdf(500))
    filed = await filed_with(desk, {"component": "original", "digest": digest, "name": "Bí mật đời tư.pdf"})
    timeline = await desk.get(f"/v1/dossiers/{filed['dossier']}/timeline")

    assert digest in timeline.text
    assert "Bí mật" not in timeline.text


async def test_what_goes_out_is_saved_and_never_run(bureau: Office) -> None:
    desk = await bureau.officer(COUNTER)
    digest = await desk.bring(pdf(500))
    filed = await filed_with(desk, {"component": "original", "digest": digest, "name": "x.html"})
    headers = (await desk.get(f"/v1/dossiers/{filed['dossier']}/documents/{digest}")).headers

    assert headers["content-disposition"] == f'attachment; filename="{filed["number"]}-original-1.pdf"'
    assert headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("asked", "part", "told"),
    [
        ("bytes=0-4", slice(0, 5), "bytes 0-4/1000"),
        ("bytes=990-", slice(990, 1000), "bytes 990-999/1000"),
        ("bytes=-10", slice(990, 1000), "bytes 990-999/1000"),
        ("bytes=5-5000", slice(5, 1000), "bytes 5-999/1000"),
    ],
)
async def test_a_part_is_read_alone(bureau: Office, asked: str, part: slice, told: str) -> None:
    desk, address, content = await _kept(bureau)
    headers = {"Authorization": f"Bearer {desk.key.secret}", "Range": asked}
    answer = await bureau.http.get(address, headers=headers)

    assert (answer.status_code, answer.content) == (206, content[part])
    assert answer.headers["content-range"] == told


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "lines=1-2", "bytes=-", "bytes=9-3"])
async def test_what_is_no_single_range_gets_the_whole(bureau: Office, asked: str) -> None:
    desk, address, content = await _kept(bureau)
    answer = await bureau.http.get(address, headers={"Authorization": f"Bearer {desk.key.secret}", "Range": asked})

    assert (answer.status_code, answer.content) == (200, content)


async def test_a_range_that_begins_behind_the_end_is_refused(bureau: Office) -> None:
    desk, address, _ = await _kept(bureau)
    headers = {"Authorization": f"Bearer {desk.key.secret}", "Range": "bytes=1000-"}

    problem(await bureau.http.get(address, headers=headers), 416, "range-unsatisfiable")


async def test_who_has_the_document_already_is_told_so(bureau: Office) -> None:
    desk, address, content = await _kept(bureau)
    tag = f'"{hashlib.sha256(content).hexdigest()}"'
    known = {"Authorization": f"Bearer {desk.key.secret}", "If-None-Match": f'"other", {tag}'}
    resumed = {"Authorization": f"Bearer {desk.key.secret}", "Range": "bytes=5-", "If-Range": '"other"'}

    assert (await bureau.http.get(address, headers=known)).status_code == 304
    assert (await bureau.http.get(address, headers=resumed)).status_code == 200


async def test_only_who_may_see_the_dossier_reads_its_documents(bureau: Office) -> None:
    _, address, _ = await _kept(bureau)
    stranger, portal = await bureau.officer("co-to-counter-1"), await bureau.portal("another-portal")

    problem(await stranger.get(address), 404, "dossier-unknown")
    problem(await portal.get(address), 404, "dossier-unknown")


async def test_a_document_of_another_dossier_is_not_read_through_ones_own(bureau: Office) -> None:
    desk, address, _ = await _kept(bureau)
    other = await desk.file()
    digest = address.rpartition("/")[2]

    problem(await desk.get(f"/v1/dossiers/{other['dossier']}/documents/{digest}"), 404, "not-found")


async def test_a_digest_alone_attaches_nothing(bureau: Office) -> None:
    """Whoever did not bring the bytes cannot name them, and cannot learn that somebody else did."""
    _, address, content = await _kept(bureau)
    digest, other = address.rpartition("/")[2], await bureau.officer("ha-long-counter-2")
    filing = {**FILING, "documents": [{"component": "original", "digest": digest}]}

    problem(await other.post("/v1/dossiers", filing), 422, "document-unknown")
    problem(
        await other.post("/v1/dossiers", {**filing, "documents": [{"component": "original", "digest": "0" * 64}]}),
        422,
        "document-unknown",
    )
    await other.bring(content)
    done(await other.post("/v1/dossiers", filing), 201)


async def test_a_paper_gets_versions_at_reception_and_the_result_its_own_at_approval(bureau: Office) -> None:
    journey = await Journey.filed(bureau, COPY)
    clerk = await bureau.officer(COUNTER)
    documents = [{"component": "original", "digest": await clerk.bring(pdf(400))} for _ in range(2)]
    (task,) = journey.answer["tasks"]
    journey.answer = await clerk.act(task, "receive", documents=documents)
    task = await journey.go_to("approval")
    approver = await journey.desk_of(task)
    result = {"result": "certified_copy", "digest": await approver.bring(pdf(900)), "valid_until": "2099-12-31"}
    await approver.act(task, "approve", results=[result])
    papers = await papers_of(clerk, journey.dossier)

    assert [one["version"] for one in papers["original"]["versions"]] == [2, 1]
    assert papers["certified_copy"]["digitisation"] == "digital_original"
    assert papers["certified_copy"]["versions"][0]["valid_until"] == "2099-12-31"
    assert papers["certified_copy"]["versions"][0]["agency"] == approver.caller.agency


async def test_bytes_that_are_not_those_of_their_digest_are_refused_and_leave_nothing(bureau: Office) -> None:
    desk, content = await bureau.officer(COUNTER), pdf(5_000)
    digest = hashlib.sha256(content).hexdigest()
    told = problem(await desk.put(f"/v1/documents/{digest}", content[:-1]), 422, "document-digest-mismatch")
    filing = {**FILING, "documents": [{"component": "original", "digest": told["particulars"]["digest"]}]}

    problem(await desk.post("/v1/dossiers", filing), 422, "document-unknown")


async def test_what_is_no_document_or_too_large_is_refused(bureau: Office) -> None:
    desk = await bureau.officer(COUNTER)
    archive, large = b"PK\x03\x04" + bytes(1_000), pdf(bureau.parts.documents.largest + 1)

    problem(await desk.put(f"/v1/documents/{_digest(archive)}", archive), 415, "document-type-refused")
    problem(await desk.put(f"/v1/documents/{_digest(large)}", large), 413, "document-too-large")
    done(await desk.put(f"/v1/documents/{_digest(large[:-1])}", large[:-1]))


async def test_no_name_is_a_path(bureau: Office) -> None:
    desk = await bureau.officer(COUNTER)

    problem(await desk.put("/v1/documents/..%2F..%2Fetc%2Fpasswd", pdf(100)), 404, "not-found")
    problem(await desk.put(f"/v1/documents/{'A' * 64}", pdf(100)), 422, "request-invalid")


async def test_who_is_not_known_sends_nothing(bureau: Office) -> None:
    content = pdf(100)

    problem(await bureau.http.put(f"/v1/documents/{_digest(content)}", content=content), 401, "unauthenticated")


async def test_an_upload_that_breaks_off_leaves_nothing(bureau: Office) -> None:
    """The line breaks in the middle; then the same request is sent again."""
    desk, content = await bureau.officer(COUNTER), pdf(200_000)

    async def breaking() -> AsyncIterator[bytes]:
        yield content[:100_000]
        raise ClientDisconnect

    problem(await desk.put(f"/v1/documents/{_digest(content)}", breaking()), 400, "request-unreadable")
    filing = {**FILING, "documents": [{"component": "original", "digest": _digest(content)}]}

    problem(await desk.post("/v1/dossiers", filing), 422, "document-unknown")
    await desk.bring(content)
    done(await desk.post("/v1/dossiers", filing), 201)


async def test_a_repeated_filing_finds_its_answer_with_its_documents(bureau: Office) -> None:
    desk, key = await bureau.officer(COUNTER), str(uuid.uuid4())
    filing = {**FILING, "documents": [{"component": "original", "digest": await desk.bring(pdf(300)), "name": "a.pdf"}]}
    first = done(await desk.post("/v1/dossiers", filing, key=key), 201)
    again = done(await desk.post("/v1/dossiers", filing, key=key), 201)

    assert first["dossier"] == again["dossier"]
    assert first["events"] == again["events"]


async def test_what_nobody_named_is_thrown_away_and_what_a_dossier_holds_stays(bureau: Office) -> None:
    desk, address, content = await _kept(bureau)
    forgotten = await desk.bring(pdf(700))
    at_once = timedelta(0)
    assert await bureau.parts.documents.collect(timedelta(days=1), timedelta(days=1)) == 0
    await bureau.parts.documents.collect(at_once, timedelta(days=1))
    filing = {**FILING, "documents": [{"component": "original", "digest": forgotten}]}

    problem(await desk.post("/v1/dossiers", filing), 422, "document-unknown")
    assert (await desk.get(address)).content == content


async def test_every_document_is_compared_with_its_digest(bureau: Office, tmp_path: Path) -> None:
    documents = Documents(bureau.parts.database, Objects.at(tmp_path.as_uri()))
    _, address, _ = await _kept(bureau)
    digest = address.rpartition("/")[2]
    right = [one async for one in bureau.parts.documents.verify()]
    elsewhere = [one for one in [one async for one in documents.verify()] if one is not None]

    assert set(right) == {None}
    assert any(one.code == "document-lost" and digest in one.detail for one in elsewhere)


async def _kept(bureau: Office) -> tuple[Desk, str, bytes]:
    """A dossier with one document of a thousand bytes: who filed it, where the document is read, what it holds."""
    desk, content = await bureau.officer(COUNTER), pdf(1_000)
    digest = await desk.bring(content)
    filed = await filed_with(desk, {"component": "original", "digest": digest})
    return desk, f"/v1/dossiers/{filed['dossier']}/documents/{digest}", content


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
