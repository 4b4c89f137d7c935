"""What applicants think of how it went: once each, after a result, read by heads and supervisors."""

from tests.console.test_tracking import REASON, filed_permit, followed
from tests.support.browsers import browser
from tests.support.desks import Json, Office, task
from tests.support.readability import complaints

COMMENT = "Cán bộ hướng dẫn tận tình, trả sớm hơn hẹn."
FORM = 'form[action="/tracking/rating"]'


async def decided(bureau: Office) -> Json:
    counter = await bureau.officer("ha-long-counter-1")
    filed = await counter.file()
    await counter.act(task(filed, "reception"), "decide-on-the-spot")
    return filed


async def test_a_dossier_is_rated_once_and_the_first_rating_stays(bureau: Office) -> None:
    filed = await decided(bureau)
    page = await followed(bureau, filed["number"], filed["tracking_code"])
    supervisor = await bureau.officer("quang-ninh-supervisor-1")
    async with browser(bureau) as person, browser(bureau) as head:
        rated = await person.send(page.one(FORM), fields={"score": "3", "comment": COMMENT})
        again = await person.send(page.one(FORM), fields={"score": "1"})
        await head.sign_in(supervisor)
        listed = await head.open("/officer/ratings")
        worst = await head.open("/officer/ratings", score=1)

    assert "Cảm ơn" in rated.text(".told.done")
    assert "mỗi hồ sơ đánh giá một lần" in again.text(".told.done")
    assert "Ông/bà đã đánh giá: rất hài lòng." in again.words
    assert not rated.all(FORM)
    row = next(one for one in listed.all("tbody tr") if filed["number"] in one.text())
    assert COMMENT in row.text()
    assert "Rất hài lòng" in row.text()
    assert filed["number"] not in worst.words
    assert "Nguyễn Văn Đức" not in listed.words
    for one in (page, rated, listed):
        assert not complaints(one)


async def test_before_a_result_nothing_is_rated(bureau: Office) -> None:
    filed = await filed_permit(bureau)
    page = await followed(bureau, filed["number"], filed["tracking_code"])
    own = {"number": filed["number"], "code": filed["tracking_code"]}
    async with browser(bureau) as person:
        early = await person.http.post("/tracking/rating", data={**own, "score": "3"})
        foreign = await person.http.post("/tracking/rating", data={**own, "code": "0" * 8, "score": "3"})

    assert not page.all(FORM)
    assert (early.status_code, foreign.status_code) == (409, 404)


async def test_whoever_was_refused_may_say_so_and_a_score_is_one_of_three(bureau: Office) -> None:
    filed = await filed_permit(bureau)
    await (await bureau.officer("ha-long-counter-1")).act(task(filed, "reception"), "refuse", reason=REASON)
    page = await followed(bureau, filed["number"], filed["tracking_code"])
    async with browser(bureau) as person:
        for wrong in ("0", "4", "tốt"):
            assert (await person.send(page.one(FORM), fields={"score": wrong})).status == 422
        rated = await person.send(page.one(FORM), fields={"score": "1"})

    assert "Ông/bà đã đánh giá: không hài lòng." in rated.words


async def test_officers_who_head_nothing_do_not_read_ratings(bureau: Office) -> None:
    async with browser(bureau) as person:
        await person.sign_in(await bureau.officer("ha-long-counter-1"))

        assert (await person.open("/officer/ratings")).status == 403
