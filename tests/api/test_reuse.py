"""Once-only: what an earlier dossier of the same person left is offered, with its source, and taken by its digest."""

import itertools
from typing import Any

import pytest

from dossiers.procedure import Procedure
from dossiers.values import ProcedureCode
from store.catalogue import publish_procedure
from tests.support.builders import COPY, procedure
from tests.support.desks import FILING, Desk, Json, Office, done, problem
from tests.support.journeys import Journey
from tests.support.scans import pdf

TAKING = "9.000031"
_PEOPLE = itertools.count(22_090_700_000)


def taking() -> Procedure:
    """A copy of whose original an earlier certified copy may stand."""
    given = procedure(COPY)
    components = tuple(
        one.model_copy(update={"reuses": ("certified_copy",)}) if one.code == "original" else one
        for one in given.components
    )
    return given.model_copy(update={"code": ProcedureCode(TAKING), "components": components})


@pytest.fixture
def person() -> Json:
    return {"full_name": "Trần Thị Bé", "identity_number": f"{next(_PEOPLE):012d}"}


async def granted(bureau: Office, person: Json, **result: object) -> tuple[str, str]:
    """A dossier of the person whose result was stored; its number and the digest."""
    async with bureau.parts.database.transaction() as tx:
        await publish_procedure(tx, taking())
    clerk = await bureau.officer("ha-long-counter-1")
    journey = Journey(bureau, COPY, COPY, await clerk.file({**FILING, "applicant": person}))
    task = await journey.go_to("approval")
    approver = await journey.desk_of(task)
    digest = await approver.bring(pdf(600))
    await approver.act(task, "approve", results=[{"result": "certified_copy", "digest": digest, **result}])
    return str(journey.answer["number"]), digest


async def offered(desk: Desk, person: Json) -> list[Json]:
    asked = {"procedure": TAKING, "identity_number": person["identity_number"]}
    items: list[Json] = done(await desk.post("/v1/reusable-documents", asked))["items"]
    return items


def filing(person: Json, digest: str) -> dict[str, Any]:
    documents = [{"component": "original", "digest": digest, "reused": True}]
    return {**FILING, "procedure": TAKING, "components": ["copy"], "documents": documents, "applicant": person}


async def test_what_is_there_is_offered_with_its_source_and_taken_by_digest(bureau: Office, person: Json) -> None:
    number, digest = await granted(bureau, person, valid_until="2099-12-31")
    other = await bureau.officer("co-to-counter-1")
    (offer,) = await offered(other, person)
    filed = await other.file({**filing(person, digest), "receiving_unit": "co-to-one-stop"})
    papers = done(await other.get(f"/v1/dossiers/{filed['dossier']}/documents"))["papers"]
    (taken,) = papers[0]["versions"]
    read = await other.get(f"/v1/dossiers/{filed['dossier']}/documents/{digest}")

    assert (offer["component"], offer["digest"], offer["source"]["number"]) == ("original", digest, number)
    assert offer["source"]["valid_until"] == "2099-12-31"
    assert (papers[0]["digitisation"], papers[0]["portal_code"]) == ("reused_result", 3)
    assert taken["source"]["number"] == number
    assert len(read.content) == 600


async def test_a_reception_is_offered_the_same(bureau: Office, person: Json) -> None:
    _, digest = await granted(bureau, person)
    clerk = await bureau.officer("ha-long-counter-1")
    filed = await clerk.file({**FILING, "procedure": TAKING, "applicant": person})
    address = f"/v1/dossiers/{filed['dossier']}/reusable-documents"
    (offer,) = done(await clerk.get(address))["items"]
    documents = [{"component": "original", "digest": digest, "reused": True}]
    await clerk.act(filed["tasks"][0], "receive", documents=documents)

    assert offer["digest"] == digest


async def test_nobody_takes_what_is_another_persons(bureau: Office, person: Json) -> None:
    _, digest = await granted(bureau, person)
    clerk = await bureau.officer("ha-long-counter-1")
    somebody = {"full_name": "Người khác", "identity_number": f"{next(_PEOPLE):012d}"}

    assert await offered(clerk, somebody) == []
    problem(await clerk.post("/v1/dossiers", filing(somebody, digest)), 422, "document-unknown")


async def test_what_holds_no_more_is_neither_offered_nor_taken(bureau: Office, person: Json) -> None:
    _, digest = await granted(bureau, person, valid_until="2020-01-01")
    clerk = await bureau.officer("ha-long-counter-1")

    assert await offered(clerk, person) == []
    problem(await clerk.post("/v1/dossiers", filing(person, digest)), 422, "document-unfit")


async def test_only_who_has_the_person_before_him_looks_into_their_store(bureau: Office, person: Json) -> None:
    asked = {"procedure": TAKING, "identity_number": person["identity_number"]}
    system = await bureau.system("curious-software", "ha-long-centre", "ha-long-one-stop")
    supervisor = await bureau.officer("quang-ninh-supervisor-1")

    for curious in (system, supervisor):
        problem(await curious.post("/v1/reusable-documents", asked), 403, "not-for-this-caller")
