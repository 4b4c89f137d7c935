"""Why each due date is when it is, and that explaining and computing agree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers import commands as c
from dossiers.due_date_text import due_date_in_words
from dossiers.due_dates import Counted, DueDate, Named, Transferred, due_date, due_dates
from dossiers.explanation import StopEffect
from dossiers.instants import parse_instant
from dossiers.limits import TimeLimit
from dossiers.procedure import Role, SupplementPolicy
from dossiers.stops import RESTART, RESUME
from dossiers.values import APPOINTMENT, PROMISE, STOP_NOTICE, Subject
from tests.dossiers.branching import ALL_BRANCHES, ONE_BRANCH, branching, supplementing
from tests.dossiers.courses import any_run
from tests.dossiers.test_any_course import MANY
from tests.support.builders import LAND, PERMIT, Run, person, rulebook_of, text


@MANY
@given(st.data())
def test_explaining_and_computing_agree(data: st.DataObject) -> None:
    run = any_run(data)
    told = due_dates(run.records, run.rules)

    assert [one.subject for one in told] == list(run.state.clocks)
    for one in told:
        assert one.agrees, (one.carried, one.computed)
        assert one.carried == run.due(one.subject)
        # A transfer has no length of which something could be left: it is as if received when the stop ends.
        assert (one.remaining is None) == (one.carried is not None or isinstance(one.why, Transferred))
        assert DueDate.model_validate_json(one.model_dump_json()) == one
        assert all(sentence.endswith(".") for sentence in due_date_in_words(one))


def told(run: Run, subject: str) -> DueDate:
    found = due_date(run.records, run.rules, Subject(subject))
    assert found is not None
    assert found.agrees
    return found


def counted(run: Run, subject: str) -> Counted:
    why = told(run, subject).why
    assert isinstance(why, Counted)
    return why


def test_a_promise_names_its_receipt_its_stops_and_its_basis() -> None:
    run = Run.at_step("payment", LAND, "2026-07-06T09:00", obligation_kind="transfer_tax", obligation_due=True)
    run.forward("payment", "2026-07-10T16:00")
    run.forward("payment", "2026-07-29T09:00")
    words = due_date_in_words(told(run, PROMISE))

    assert run.due(PROMISE) == parse_instant("2026-08-07T17:00")
    assert words[:2] == (
        "Tiếp nhận lúc 09:00 thứ Hai 6/7/2026; thời hạn 10 ngày làm việc, theo lịch vn-2026.2.",
        (
            "Tạm dừng từ 16:00 thứ Sáu 10/7/2026 đến 09:00 thứ Tư 29/7/2026 (chờ thực hiện nghĩa vụ tài chính), "
            "sau đó tính tiếp."
        ),
    )
    assert "Hết hạn khi hết giờ làm việc, lúc 17:00 thứ Sáu 7/8/2026." in words
    assert "NĐ 252/2026/NĐ-CP, Điều 17.2b" in words[-1]


def test_a_restarted_promise_still_tells_its_first_receipt() -> None:
    """Ten days from Monday 2/3; asked on Thursday 5/3, supplied on Tuesday 10/3 (domain.md §1.4)."""
    run = Run.at_step("appraisal", LAND, "2026-03-02T09:00", obligation_kind="transfer_tax")
    run.act(c.RequestSupplement(task=run.key("appraisal"), reason=text()), "2026-03-05T10:00")
    stopped = told(run, PROMISE)

    assert (stopped.carried, str(stopped.remaining)) == (None, "unit='wd' value=10")

    run.act(c.AnswerSupplement(), "2026-03-10T10:00")
    why = counted(run, PROMISE)

    assert run.due(PROMISE) == parse_instant("2026-03-24T17:00")
    assert why.arithmetic.received == parse_instant("2026-03-02T09:00")
    assert why.arithmetic.counted_from == parse_instant("2026-03-10T10:00")
    assert [(one.stop.policy, one.effect) for one in why.arithmetic.stops] == [(RESTART, StopEffect.TAKEN)]


@pytest.mark.parametrize("policy", [SupplementPolicy.RESTART, SupplementPolicy.RESUME])
def test_a_stop_without_length_changes_neither_the_dates_nor_the_terms(policy: SupplementPolicy) -> None:
    run = Run.at_step("study", rulebook_of(supplementing(policy)), "2026-03-02T09:00", **ONE_BRANCH)
    before = {subject: (clock.term.number, clock.term) for subject, clock in run.state.clocks.items()}
    run.act(c.RequestSupplement(task=run.key("study"), reason=text()), "2026-03-04T10:00")
    run.act(c.AnswerSupplement(), "2026-03-04T10:00")
    why = counted(run, PROMISE)

    after = {subject: (clock.term.number, clock.term) for subject, clock in run.state.clocks.items()}
    assert {subject: told for subject, told in after.items() if subject != STOP_NOTICE} == before
    assert (why.arithmetic.received, why.arithmetic.due) == (parse_instant("2026-03-02T09:00"), run.due(PROMISE))


def test_a_request_entered_for_an_instant_before_a_restart_counts_in_the_new_term() -> None:
    rules = rulebook_of(supplementing(SupplementPolicy.RESTART))
    run = Run.at_step("study", rules, "2026-03-02T08:00", **ONE_BRANCH)
    run.act(c.RequestSupplement(task=run.key("study"), reason=text()), "2026-03-04T10:00")
    run.act(c.AnswerSupplement(), "2026-03-06T10:00")
    run.act(
        c.RequestSupplement(task=run.key("study"), reason=text()),
        "2026-03-09T10:00",
        by=person(run.task("study").seat, Role.OFFICER, Role.LATE_ENTRY),
        entered_for="2026-03-05T10:00",
        evidence=text("sổ"),
    )
    run.act(c.AnswerSupplement(), "2026-03-10T10:00")
    why = counted(run, PROMISE)

    assert why.arithmetic.received == parse_instant("2026-03-10T10:00")


def test_an_extension_is_told_with_its_length_and_ground() -> None:
    extension = TimeLimit.parse("3wd")
    rules = rulebook_of(supplementing(SupplementPolicy.EXTEND, extension=extension))
    run = Run.at_step("study", rules, "2026-03-02T08:00", **ONE_BRANCH)
    run.act(c.RequestSupplement(task=run.key("study"), reason=text()), "2026-03-04T10:00")
    why = counted(run, PROMISE)

    assert str(why.arithmetic.counted_limit) == "13wd"
    assert why.arithmetic.basis[-1] == "Điều 2"
    assert "Gia hạn thêm 3 ngày làm việc" in due_date_in_words(told(run, PROMISE))[1]


def test_a_leg_goes_on_from_the_record_and_the_promise_from_the_act() -> None:
    run = Run.at_step("study", rulebook_of(branching()), "2026-03-02T08:00", **ONE_BRANCH)
    key = run.key("study")
    run.act(c.RequestSupplement(task=key, reason=text()), "2026-03-02T10:00")
    run.act(c.AnswerSupplement(), "2026-03-03T10:00", recorded="2026-03-03T11:00")

    assert [one.stop.end for one in counted(run, PROMISE).arithmetic.stops] == [parse_instant("2026-03-03T10:00")]
    assert [one.stop.end for one in counted(run, key).arithmetic.stops] == [parse_instant("2026-03-03T11:00")]
    assert [one.stop.policy for one in counted(run, key).arithmetic.stops] == [RESUME]


def test_an_opinion_of_the_route_cites_the_ground_on_which_it_is_asked() -> None:
    facts = {"floors": 3, "fire_opinion_needed": True, "environment_opinion_needed": False}
    run = Run.at_step("fire_consultation", PERMIT, "2026-07-06T08:00", **facts)
    why = counted(run, "fire_consultation#1")

    assert why.arithmetic.basis[0] == "NĐ 217/2026/NĐ-CP, Điều 54.2c"


def test_the_limit_an_officer_gave_is_explained_as_it_was_written() -> None:
    for limit in ("1wd", "3wh", "12h", "0.25wd"):
        run = Run.at_step("study", rulebook_of(branching()), "2026-03-02T08:00", **ONE_BRANCH)
        key = run.key("study")
        run.act(c.Consult(task=key, participants=("health",), content=text(), limit=limit), "2026-03-02T09:00")

        assert str(counted(run, f"{key}/consult-health").arithmetic.limit) == limit


def transferred(run: Run, subject: str) -> Transferred:
    why = told(run, subject).why
    assert isinstance(why, Transferred)
    return why


def test_a_transfer_in_time_is_due_the_same_day() -> None:
    run = Run.at_step("scan", rulebook_of(branching()), "2026-03-02T08:00", **ONE_BRANCH)
    run.forward("scan", "2026-03-02T15:00")
    why = transferred(run, run.key("study"))

    assert (why.is_same_day, why.grace, why.skipped) == (True, None, ())
    assert why.due == parse_instant("2026-03-02T17:00")
    assert due_date_in_words(told(run, run.key("study")))[1:3] == (
        "Nhận trong ngày làm việc, không sau 15:00, nên phải chuyển trong ngày.",
        "Hết hạn lúc 17:00 thứ Hai 2/3/2026.",
    )


def test_a_transfer_before_tet_tells_why_no_day_of_it_was_taken() -> None:
    """Received on Friday 13/2/2026 at 15:20: the start of Monday 23/2 (domain.md §9.1, 1)."""
    run = Run.at_step("scan", rulebook_of(branching()), "2026-02-13T08:00", **ONE_BRANCH)
    run.forward("scan", "2026-02-13T15:20")
    why = transferred(run, run.key("study"))
    words = due_date_in_words(told(run, run.key("study")))

    assert why.due == parse_instant("2026-02-23T08:30")
    assert len(why.skipped) == 9
    assert "Quá hạn khi đã qua 1 giờ làm việc kể từ giờ mở cửa." in words
    assert "Chủ nhật 15/2/2026 (Nghỉ Tết Nguyên Đán)" in words[2]


def named(run: Run) -> Named:
    why = told(run, APPOINTMENT).why
    assert isinstance(why, Named)
    return why


def test_until_another_date_is_named_the_appointment_is_the_promise() -> None:
    run = Run.at_step("study", rulebook_of(branching()), "2026-03-02T08:00", **ONE_BRANCH)

    assert told(run, APPOINTMENT).subject == PROMISE


def test_a_date_named_with_an_apology_says_what_it_was_before_and_that_the_promise_stands() -> None:
    run = Run.at_step("study", rulebook_of(branching()), "2026-03-02T08:00", **ONE_BRANCH)
    run.act(c.Reappoint(appointment_at=parse_instant("2026-03-20T17:00"), reason=text()), "2026-03-13T08:00")

    assert due_date_in_words(told(run, APPOINTMENT)) == (
        (
            "Cơ quan đã xin lỗi lúc 08:00 thứ Sáu 13/3/2026 và hẹn lại: "
            "từ 17:00 thứ Hai 16/3/2026 sang 17:00 thứ Sáu 20/3/2026."
        ),
        "Ngày hẹn trả: 17:00 thứ Sáu 20/3/2026.",
        "Việc đúng hạn hay quá hạn vẫn tính theo ngày hẹn trả ban đầu.",
        "Căn cứ: NĐ 61/2018/NĐ-CP, Điều 19.9.",
    )


def test_a_named_date_stands_still_with_the_clock_and_keeps_what_was_left() -> None:
    run = Run.at_step("study", rulebook_of(branching()), "2026-03-02T08:00", **ONE_BRANCH)
    run.act(c.Reappoint(appointment_at=parse_instant("2026-03-20T17:00"), reason=text()), "2026-03-13T08:00")
    run.act(c.RequestSupplement(task=run.key("study"), reason=text()), "2026-03-13T10:00")
    stopped = due_date_in_words(told(run, APPOINTMENT))

    assert stopped[1:3] == (
        "Tạm dừng từ 10:00 thứ Sáu 13/3/2026, chưa kết thúc; phần còn lại của ngày hẹn được giữ nguyên.",
        "Đồng hồ đang dừng; còn lại 45 giờ 30 phút làm việc.",
    )

    run.act(c.AnswerSupplement(), "2026-03-16T10:00")

    assert named(run).due == run.due(APPOINTMENT) == parse_instant("2026-03-23T17:00")


def test_a_named_date_stopped_after_the_promise_was_missed_goes_on_by_itself() -> None:
    run = Run.at_step("study", rulebook_of(branching()), "2026-03-02T08:00", **ONE_BRANCH)
    run.act(c.Reappoint(appointment_at=parse_instant("2026-03-20T17:00"), reason=text()), "2026-03-13T08:00")
    run.act(c.RequestSupplement(task=run.key("study"), reason=text()), "2026-03-17T10:00")
    run.act(c.AnswerSupplement(), "2026-03-18T10:00")

    assert named(run).due == run.due(APPOINTMENT) == parse_instant("2026-03-23T17:00")
    assert run.due(PROMISE) == parse_instant("2026-03-16T17:00")


def test_what_is_left_of_a_stopped_date_and_of_nothing_else_is_told() -> None:
    run = Run.at_step("study", rulebook_of(branching()), "2026-03-02T08:00", **ONE_BRANCH)
    run.act(c.Reappoint(appointment_at=parse_instant("2026-03-20T17:00"), reason=text()), "2026-03-13T08:00")
    run.act(c.RequestSupplement(task=run.key("study"), reason=text()), "2026-03-13T10:00")
    left = {one.subject: one.remaining and str(one.remaining) for one in due_dates(run.records, run.rules)}

    # The study was over its two days by then, and goes on.
    assert left == {
        "reception#1": None,
        "promise": "unit='wd' value=2",
        "scan#1": None,
        "study#1/acceptance": None,
        "study#1": None,
        "appointment": f"unit='working_seconds' value={45 * 3600 + 1800}",
        "stop-notice": None,
        "study#1/apology": None,
    }


def test_of_what_has_no_deadline_nothing_is_told() -> None:
    run = Run.at_step("study", rulebook_of(branching()), "2026-03-02T08:00", **ALL_BRANCHES)

    assert due_date(run.records, run.rules, Subject("return#1")) is None
