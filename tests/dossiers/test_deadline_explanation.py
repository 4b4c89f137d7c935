"""What people are told when they ask why a dossier is due when it is."""

from datetime import datetime, time

import pytest

from agencies.calendars import load_calendar
from dossiers.calendar import WorkCalendar
from dossiers.deadline_errors import BadRequest
from dossiers.deadline_questions import DeadlineQuestion, answered, explained
from dossiers.explanation import Explanation, StopEffect, explain
from dossiers.explanation_text import in_words
from dossiers.instants import parse_instant
from dossiers.limits import Counting, TimeLimit
from dossiers.passages import Passage, PassageKind
from dossiers.stops import Stop, StopReason, parse_policy

CALENDAR = load_calendar("vn-2026.2")


def told(
    received: str,
    limit: str,
    *stops: Stop,
    counting: Counting = Counting.PROMISE,
    cutoff: time | None = None,
) -> Explanation:
    return explain(CALENDAR, parse_instant(received), TimeLimit.parse(limit), counting, cutoff, stops)


def stop(start: str, end: str | None, policy: str, reason: StopReason | None = None, basis: str = "") -> Stop:
    until: datetime | None = None if end is None else parse_instant(end)
    return Stop(start=parse_instant(start), end=until, policy=parse_policy(policy), reason=reason, basis=basis)


def test_a_promise_names_every_day_that_was_off_and_why() -> None:
    assert in_words(told("2026-04-28T10:00", "5wd")) == (
        "Tiếp nhận lúc 10:00 thứ Ba 28/4/2026; thời hạn 5 ngày làm việc, theo lịch vn-2026.2.",
        "Không tính ngày tiếp nhận (thứ Ba 28/4/2026).",
        "Đã tính: thứ Tư 29/4/2026 (1 ngày làm việc); thứ Hai 4/5/2026 đến thứ Năm 7/5/2026 (4 ngày làm việc).",
        (
            "Không tính: thứ Năm 30/4/2026 (Ngày Chiến thắng); thứ Sáu 1/5/2026 (Ngày Quốc tế Lao động); "
            "thứ Bảy 2/5/2026 đến Chủ nhật 3/5/2026 (nghỉ hằng tuần)."
        ),
        "Hết hạn khi hết giờ làm việc, lúc 17:00 thứ Năm 7/5/2026.",
        "Căn cứ: Bộ luật Lao động 2019, Điều 111–112; Bộ luật Dân sự 2015, Điều 147–148.",
    )


def test_a_wait_for_payment_is_told_with_its_reason_and_basis() -> None:
    notice = stop("2026-03-06T17:00", "2026-03-25T09:00", "resume", StopReason.PAYMENT, "NĐ 50/2026/NĐ-CP")
    words = in_words(told("2026-03-02T09:00", "10wd", notice))

    assert words[1] == (
        "Tạm dừng từ 17:00 thứ Sáu 6/3/2026 đến 09:00 thứ Tư 25/3/2026 (chờ thực hiện nghĩa vụ tài chính), "
        "sau đó tính tiếp."
    )
    assert "thứ Bảy 7/3/2026 đến thứ Tư 25/3/2026 (tạm dừng)" in words[4]
    assert words[-1].endswith("; NĐ 50/2026/NĐ-CP.")


def test_a_restart_says_what_it_made_forgotten_and_from_when_counting_goes() -> None:
    words = in_words(
        told(
            "2026-03-02T09:00",
            "10wd",
            stop("2026-03-03T08:00", "2026-03-04T09:00", "resume"),
            stop("2026-03-05T16:00", "2026-03-10T09:00", "restart", StopReason.SUPPLEMENT),
            stop("2026-03-12T08:00", None, "extend(2wd)"),
            stop("2026-06-12T08:00", "2026-06-13T08:00", "resume"),
        )
    )

    assert words[1].endswith("sau đó tính tiếp; không còn tác dụng vì sau đó tính lại từ đầu.")
    assert words[2].endswith("(chờ bổ sung hồ sơ), sau đó tính lại từ đầu.")
    assert words[3] == "Gia hạn thêm 2 ngày làm việc từ 08:00 thứ Năm 12/3/2026."
    assert words[4].endswith("; không làm thay đổi thời hạn.")
    assert words[5] == "Thời hạn sau khi gia hạn: 12 ngày làm việc."
    assert words[6] == "Tính lại từ đầu, như tiếp nhận lúc 09:00 thứ Ba 10/3/2026."
    assert words[-1].endswith("NĐ 61/2018/NĐ-CP, Điều 19.4.")


def test_what_had_no_effect_before_a_restart_stays_without_effect() -> None:
    found = told(
        "2026-03-02T09:00",
        "10wd",
        stop("2026-03-03T08:00", "2026-03-03T08:00", "resume"),
        stop("2026-03-03T08:00", "2026-03-04T08:00", "resume"),
        stop("2026-03-05T16:00", "2026-03-10T09:00", "restart"),
    )

    assert [account.effect for account in found.stops] == [
        StopEffect.NONE,
        StopEffect.FORGOTTEN,
        StopEffect.TAKEN,
    ]


def test_a_clock_that_stands_still_says_what_is_left() -> None:
    words = in_words(told("2026-03-02T09:00", "10wd", stop("2026-03-06T17:00", None, "resume")))

    assert "Tạm dừng từ 17:00 thứ Sáu 6/3/2026, chưa kết thúc, sau đó tính tiếp." in words
    assert "Đồng hồ đang dừng; còn lại 6 ngày làm việc." in words


def test_a_clock_that_waits_for_its_restart_has_counted_nothing() -> None:
    found = told("2026-03-02T09:00", "10d", stop("2026-03-06T17:00", None, "restart"))

    assert (found.passages, found.counted_from) == ((), None)
    assert "Đồng hồ đang dừng; còn lại 10 ngày." in in_words(found)


def test_a_cut_off_and_a_last_day_off_are_told() -> None:
    words = in_words(told("2026-03-06T15:10", "5d", cutoff=time(15)))

    assert words[1:5] == (
        "Không tính ngày tiếp nhận (thứ Sáu 6/3/2026 đến thứ Hai 9/3/2026).",
        "Tiếp nhận sau 15:00 hoặc vào ngày nghỉ thì coi như tiếp nhận ngày làm việc tiếp theo, thứ Hai 9/3/2026.",
        "Đã tính: thứ Ba 10/3/2026 đến thứ Bảy 14/3/2026 (5 ngày).",
        "Không tính: Chủ nhật 15/3/2026 (nghỉ hằng tuần).",
    )
    assert words[5] == "Ngày cuối cùng là ngày nghỉ nên thời hạn kết thúc vào ngày làm việc tiếp theo."


def test_time_used_is_told_in_hours_and_minutes() -> None:
    pause = stop("2026-03-06T16:00", "2026-03-09T08:00:30", "resume")
    words = in_words(told("2026-03-06T15:10", "0.5wd", pause, counting=Counting.ELAPSED))

    assert words[0].endswith("thời hạn 0,5 ngày làm việc, theo lịch vn-2026.2.")
    assert words[2] == ("Đã tính: thứ Sáu 6/3/2026 (50 phút làm việc); thứ Hai 9/3/2026 (3 giờ 10 phút làm việc).")
    assert words[-2] == "Hết hạn lúc 11:10:30 thứ Hai 9/3/2026."


def test_wall_time_counts_nights_and_needs_no_labour_code() -> None:
    found = told("2026-03-06T15:10", "36h", counting=Counting.ELAPSED)

    assert in_words(found)[1:] == (
        "Đã tính: thứ Sáu 6/3/2026 đến Chủ nhật 8/3/2026 (36 giờ).",
        "Hết hạn lúc 03:10 Chủ nhật 8/3/2026.",
    )


@pytest.mark.parametrize(
    ("received", "kinds"),
    [
        ("2026-03-06T10:00", [PassageKind.LAST]),
        ("2026-03-06T17:00", [PassageKind.OFF, PassageKind.OFF, PassageKind.LAST]),
    ],
)
@pytest.mark.parametrize(("limit", "counting"), [("0wd", Counting.PROMISE), ("0wh", Counting.ELAPSED)])
def test_a_limit_of_nothing_tells_only_its_last_day(
    received: str, kinds: list[PassageKind], limit: str, counting: Counting
) -> None:
    assert [passage.kind for passage in told(received, limit, counting=counting).passages] == kinds


def test_a_stop_over_whole_days_is_told_as_such_when_time_is_measured() -> None:
    pause = stop("2026-03-03T17:00", "2026-03-05T07:30", "resume")
    kinds = [one.kind for one in told("2026-03-03T13:00", "1wd", pause, counting=Counting.ELAPSED).passages]
    waiting = told("2026-03-03T18:00", "1wd", stop("2026-03-04T06:00", None, "resume"), counting=Counting.ELAPSED)

    assert kinds == [PassageKind.COUNTED, PassageKind.STOPPED, PassageKind.COUNTED]
    assert [passage.kind for passage in waiting.passages] == [PassageKind.OFF, PassageKind.STOPPED]
    assert "Đồng hồ đang dừng; còn lại 8 giờ làm việc." in in_words(waiting)


def test_years_that_nobody_decided_or_checked_are_named() -> None:
    assert "Lịch năm 2027 là dự kiến, chưa có quyết định nghỉ lễ, hoán đổi." in in_words(
        told("2026-12-30T09:00", "3wd")
    )
    assert "Lịch năm 2023, 2024 chưa đối chiếu với thông báo của năm đó." in in_words(told("2023-12-28T09:00", "3wd"))


def test_a_make_up_day_is_named_where_it_counts() -> None:
    assert (
        "thứ Bảy 22/8/2026 (1 ngày làm việc, Làm bù cho ngày 31/8/2026)" in in_words(told("2026-08-19T09:00", "3wd"))[2]
    )


def test_an_explanation_survives_its_journey_through_json() -> None:
    found = told("2026-03-02T09:00", "10wd", stop("2026-03-06T17:00", None, "resume"))

    assert Explanation.model_validate_json(found.model_dump_json()) == found
    assert found.passages[1] == Passage(
        kind=PassageKind.COUNTED,
        first=parse_instant("2026-03-03T00:00").date(),
        last=parse_instant("2026-03-06T00:00").date(),
        amount=4,
    )


def test_a_question_is_answered_as_data_and_in_words() -> None:
    question = DeadlineQuestion.read(
        '{"calendar": "vn-2026.2", "received": "2026-03-02T09:00", "limit": "10wd", "cutoff": "15:00",'
        ' "stops": [{"from": "2026-03-06T17:00", "policy": "resume"},'
        ' {"from": "2026-03-03T17:00", "to": "bỏ qua", "policy": "extend(1wd)"}]}'
    )
    answer = answered(explained(question, load_calendar))

    assert answer["due"] is None
    assert answer["remaining"] == {"unit": "wd", "value": 7}
    assert answer["explain"]["counted_limit"] == "11wd"
    assert "còn lại 7 ngày làm việc" in answer["explain"]["text"]


@pytest.mark.parametrize("cutoff", ["25:00", "15", "15:00:61", "15:00Z"])
def test_a_cut_off_that_is_no_time_of_day_is_a_bad_request(cutoff: str) -> None:
    question = DeadlineQuestion.of(calendar="vn-2026.2", received="2026-03-02T09:00", limit="10wd", cutoff=cutoff)
    with pytest.raises(BadRequest):
        explained(question, load_calendar)


@pytest.mark.parametrize("parts", [{}, {"calendar": 5, "received": "x", "limit": "y"}])
def test_a_question_without_its_parts_is_a_bad_request(parts: dict[str, object]) -> None:
    with pytest.raises(BadRequest):
        DeadlineQuestion.of(**parts)


def test_a_calendar_is_asked_for_by_its_version() -> None:
    asked: list[str] = []

    def calendar_of(version: str) -> WorkCalendar:
        asked.append(version)
        return CALENDAR

    explained(DeadlineQuestion.of(calendar="bất kỳ", received="2026-03-02T09:00", limit="1wd"), calendar_of)

    assert asked == ["bất kỳ"]
