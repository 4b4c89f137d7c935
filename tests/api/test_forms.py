"""Forms over HTTP: issued with the act, numbered without a gap, printed alike each time, shown to whom they went."""

from typing import Any

from tests.printing.test_sheets import read_docx, read_pdf
from tests.support.desks import Desk, Office, done, problem

REASON = "Thành phần hồ sơ không đúng thủ tục này."


async def test_a_refusal_has_its_letter_in_the_book_of_the_year(bureau: Office) -> None:
    clerk = await bureau.officer("ha-long-counter-1")
    (_, before), (filed, issued) = await refused(clerk), await refused(clerk)
    assert issued["form"] == "refusal"
    assert serial(issued) == serial(before) + 1

    first, again = await clerk.get(issued["pdf"]), await clerk.get(issued["pdf"])
    assert first.headers["content-type"] == "application/pdf"
    assert (first.content, first.headers["etag"]) == (again.content, again.headers["etag"])
    printed = read_pdf(first.content)
    written = read_docx((await clerk.get(issued["docx"])).content)
    for word in (filed["number"], "".join(REASON.split()), issued["number"]):
        assert word in printed
        assert word in written


async def refused(clerk: Desk) -> tuple[dict[str, Any], dict[str, Any]]:
    """A dossier refused at the counter, and its one form; before, there was none."""
    filed = await clerk.file()
    (task,) = filed["tasks"]
    forms = f"/v1/dossiers/{filed['dossier']}/forms"
    assert done(await clerk.get(forms))["items"] == []
    done(await clerk.post(f"/v1/tasks/{task['id']}/refuse", {"reason": REASON}))
    (issued,) = done(await clerk.get(forms))["items"]
    return filed, issued


def serial(issued: dict[str, Any]) -> int:
    return int(issued["number"].split("/")[0])


async def test_there_is_no_letter_of_an_event_that_issues_none(bureau: Office) -> None:
    clerk = await bureau.officer("ha-long-counter-1")
    filed = await clerk.file()

    problem(await clerk.get(f"/v1/dossiers/{filed['dossier']}/forms/1/pdf"), 404, "not-found")
