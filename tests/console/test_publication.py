"""Procedures as everybody finds and reads them, those among them that were published a moment ago."""

import pytest

from commands.procedures import publish
from console.procedure_words import changes, condition_words
from dossiers.conditions import AllOf, Compare, Condition, Not
from dossiers.limits import TimeLimit
from dossiers.values import ProcedureCode
from procedures.catalogue import in_force, shipped
from tests.support import builders
from tests.support.browsers import browser
from tests.support.desks import Office
from tests.support.readability import complaints

PERMIT = builders.procedure(builders.PERMIT)


async def test_everything_that_may_be_filed_today_is_listed_and_found_without_diacritics(bureau: Office) -> None:
    current = in_force(shipped(), bureau.parts.now().date())
    async with browser(bureau) as person:
        everything = await person.open("/procedures")
        found = await person.open("/procedures", q="giay phep xay dung")
        by_code = await person.open("/procedures", q="1.013225")
        nothing = await person.open("/procedures", q="không có thủ tục nào như thế")

    assert {one.title for one in current.values()} <= set(everything.texts(".listed a"))
    assert PERMIT.title in found.texts(".listed a")
    assert 0 < len(found.texts(".listed a")) < len(everything.texts(".listed a"))
    assert by_code.texts(".listed a") == [PERMIT.title]
    assert "Không có thủ tục nào." in nothing.words
    for page in (everything, found, nothing):
        assert not complaints(page)


async def test_every_procedure_has_a_page_that_everybody_can_read(bureau: Office) -> None:
    async with browser(bureau) as person:
        for one in in_force(shipped(), bureau.parts.now().date()).values():
            page = await person.open(f"/procedures/{one.code}")

            assert (page.status, page.text("h1")) == (200, one.title)
            assert not complaints(page), one.code
            assert not page.all("script")


async def test_a_page_tells_papers_fees_limits_law_and_the_way(bureau: Office) -> None:
    async with browser(bureau) as person:
        page = await person.open(f"/procedures/{PERMIT.code}")

    for component in PERMIT.components:
        assert component.title in page.text('section[aria-labelledby="papers"]')
    for fee in PERMIT.fees:
        assert fee.title in page.text('section[aria-labelledby="fees"]')
    for basis in PERMIT.basis:
        assert basis.citation in page.text('section[aria-labelledby="law"]')
    for doubt in PERMIT.unverified:
        assert doubt in page.words
    assert "7 ngày làm việc" in page.text('section[aria-labelledby="short"]')
    assert "Chỉ khi Cần ý kiến về môi trường: có." in page.text("#step-environment_consultation")
    assert "coi là đã đồng ý" in page.text("#step-fire_consultation")
    assert [one.attributes["href"] for one in page.all("svg a")] == [f"#step-{one.id}" for one in PERMIT.steps]


async def test_an_earlier_version_stays_under_its_address_and_the_history_says_what_changed(bureau: Office) -> None:
    async with browser(bureau) as person:
        current = await person.open("/procedures/1.001612")
        earlier = await person.open("/procedures/1.001612", version=1)
        for unknown in ("99", "x", "0", "99999999999"):
            assert (await person.open("/procedures/1.001612", version=unknown)).status == 404
        assert (await person.open("/procedures/9.999999")).status == 404

    assert "Đây không phải phiên bản đang áp dụng" in earlier.words
    assert "Đây không phải phiên bản đang áp dụng" not in current.words
    assert "Từ cấp huyện chuyển về cấp xã." in current.text('section[aria-labelledby="history"]')
    assert not complaints(earlier)


async def test_what_is_published_while_the_engine_runs_is_there_at_once(bureau: Office) -> None:
    today = bureau.parts.now().date()
    fresh = PERMIT.model_copy(
        update={"code": ProcedureCode("8.000123"), "title": "Thủ tục vừa công bố", "effective_on": today}
    )
    async with browser(bureau) as person:
        assert (await person.open("/procedures/8.000123")).status == 404
        async with bureau.parts.database.transaction() as tx:
            await publish(tx, [fresh])
        found = await person.open("/procedures", q="vua cong bo")
        page = await person.follow(found, ".listed a")

    assert page.text("h1") == "Thủ tục vừa công bố"


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (Compare(fact="floors", test="at_least", value=3), "Số tầng từ 3"),
        (Compare(fact="floors", test="at_most", value=3), "Số tầng không quá 3"),
        (
            Compare(fact="fire_opinion_needed", test="differs", value=True),
            "Cần ý kiến về phòng cháy và chữa cháy: không",
        ),
        (Not.model_validate({"not": Compare(fact="floors", value=2)}), "không phải (Số tầng là 2)"),
        (
            AllOf(all=(Compare(fact="floors", value=2), Compare(fact="environment_opinion_needed", value=True))),
            "Số tầng là 2; và Cần ý kiến về môi trường: có",
        ),
    ],
)
def test_a_condition_is_said_in_words(condition: Condition, words: str) -> None:
    assert condition_words(PERMIT, condition) == words


def test_a_version_says_what_it_changed_and_nothing_else() -> None:
    permit = PERMIT.components[0]
    later = PERMIT.model_copy(
        update={
            "version": 2,
            "limit": TimeLimit.parse("5wd"),
            "components": (*PERMIT.components[1:], permit.model_copy(update={"title": "Đơn mới"})),
            "fees": (PERMIT.fees[0].model_copy(update={"amount": 90_000}),),
            "steps": (PERMIT.steps[0].model_copy(update={"limit": TimeLimit.parse("4wh")}), *PERMIT.steps[1:]),
        }
    )

    assert changes(PERMIT, PERMIT) == ()
    assert changes(PERMIT, later) == (
        "Thời hạn 7 ngày làm việc thành 5 ngày làm việc.",
        "Thêm giấy tờ: Đơn mới.",
        f"Bỏ giấy tờ: {permit.title}.",
        f"{PERMIT.fees[0].title}: 75.000 thành 90.000 đồng.",
        "Bước “Tiếp nhận và kiểm tra hồ sơ”: 8 giờ làm việc thành 4 giờ làm việc.",
    )
