"""Complaints and proposals: a dossier like any other, whose words are kept apart and whose answer is told."""

from pathlib import Path

import pytest

from cli.jurisdiction import shipped_jurisdiction
from dossiers.escalation import NoticeRole
from dossiers.events import RungReached
from dossiers.values import PROMISE, task_key
from procedures.catalogue import PETITION, PETITIONS, shipped_petitions
from procedures.reader import faults_in
from store.petitions import Petition
from tests.api.test_payment import went_on
from tests.console.test_tracking import followed
from tests.support.browsers import Page, browser
from tests.support.builders import Run, rulebook_of
from tests.support.desks import Json, Office, done, task
from tests.support.readability import complaints

BODY = "Quầy số 3 đóng cửa lúc 10 giờ sáng thứ Hai, không có thông báo."
ANSWER = "Quầy số 3 sửa điện từ 9 giờ 30; từ nay có thông báo và quầy thay."
ANSWERS: dict[str, str | list[str]] = {
    "receiving_unit": "ha-long-one-stop",
    "body": BODY,
    "applicant.full_name": "Nguyễn Văn Đức",
}
FORM = 'form[action="/petitions"]'


async def sent(bureau: Office) -> tuple[Page, Json]:
    """The receipt, and the dossier as its counter has it."""
    async with browser(bureau) as person:
        form = (await person.open("/petitions")).one(FORM)
        receipt = await person.send(form, fields=ANSWERS)
        again = await person.send(form, fields=ANSWERS)
    assert receipt.text("#number .number") == again.text("#number .number")
    counter = await bureau.officer("ha-long-counter-1")
    return receipt, done(await counter.get("/v1/dossiers", number=receipt.text("#number .number")))


async def test_a_petition_is_filed_once_received_promised_and_answered_in_words(bureau: Office) -> None:
    receipt, dossier = await sent(bureau)
    counter = await bureau.officer("ha-long-counter-1")
    received = await counter.act(task(dossier, "reception"), "receive")
    answer = received
    while task_of(answer)["step"] != "appraisal" or task_of(answer)["work"] != "step":
        answer = await went_on(bureau, answer)
    officer = await bureau.somebody(task_of(answer))
    answer = await officer.act(task_of(answer), "complete", outcome="drafted")
    while task_of(answer)["work"] != "step":
        answer = await went_on(bureau, answer)
    number, code = receipt.text("#number .number"), receipt.text("#tracking-code")
    before = await followed(bureau, number, code)
    head = await bureau.somebody(task_of(answer))
    await head.act(task_of(answer), "approve", opinion=ANSWER)
    after = await followed(bureau, number, code)

    assert dossier["procedure"] == PETITION
    assert "Hẹn trả" in before.words
    assert ANSWER not in before.words
    assert after.text('section[aria-labelledby="answer"] blockquote') == ANSWER
    for page in (receipt, before, after):
        assert BODY not in page.words
        assert not complaints(page)


def task_of(answer: Json) -> Json:
    only: Json
    [only] = answer["tasks"]
    return only


async def test_its_words_are_read_by_whoever_works_on_it(bureau: Office) -> None:
    _, dossier = await sent(bureau)
    async with browser(bureau) as person:
        await person.sign_in(await bureau.officer("ha-long-counter-1"))
        page = await person.open(f"/officer/dossiers/{dossier['id']}")

    assert page.text('section[aria-labelledby="petition"] blockquote') == BODY
    assert not complaints(page)


def test_unanswered_it_climbs_to_the_supervisor_by_the_engine_alone() -> None:
    """No timer of its own: its promise and its work have the rungs of any dossier."""
    [procedure] = shipped_petitions()
    run = Run.at_step("appraisal", rulebook_of(procedure), "2026-03-02T08:00")
    run.tick_on_time("2026-03-31T17:00")
    told = {(one.subject, one.notice.role) for one in run.events(RungReached) if one.notice is not None}

    assert (PROMISE, NoticeRole.SUPERVISOR) in told
    assert (task_key("appraisal#1"), NoticeRole.SUPERVISOR) in told


@pytest.mark.parametrize("file", sorted(PETITIONS.glob("*.yaml")), ids=lambda one: one.name)
def test_the_way_of_petitions_passes_every_rule_for_procedures(file: Path) -> None:
    assert not list(faults_in(file, shipped_jurisdiction()))


async def test_what_is_missing_is_said_beside_its_field(bureau: Office) -> None:
    async with browser(bureau) as person:
        form = await person.open("/petitions", about="h49.1-1")
        wrong = await person.send(form.one(FORM), fields={"body": "ngắn", "about": "không phải số"})
        elsewhere = await person.open(f"/procedures/{PETITION}/file")

    assert form.one("#p-about").attributes["value"] == "h49.1-1"
    assert wrong.status == 422
    assert wrong.one("#p-body").attributes["aria-invalid"] == "true"
    assert elsewhere.text("h1") == "Phản ánh, kiến nghị"
    for page in (form, wrong):
        assert not complaints(page)


def test_a_petition_is_shown_in_no_log() -> None:
    petition = Petition(kind="complaint", about=None, body=BODY)

    assert BODY not in f"{petition!r} {petition}"
