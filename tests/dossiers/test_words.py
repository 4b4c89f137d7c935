from datetime import timedelta
from typing import get_args

import pytest

from dossiers import commands as c
from dossiers import events as e
from dossiers.deadlines import Grade
from dossiers.dispatches import Interest
from dossiers.documents import Attachment, Stored
from dossiers.instants import parse_instant
from dossiers.lines import parked, received
from dossiers.payment_commands import Charge, ConfirmPayment, RequestPayment, WaiveCharge
from dossiers.phrases import actor_words, outcome_words, rung_words, subject_words, task_words
from dossiers.procedure import OnTimeout, Role, SupplementPolicy
from dossiers.seats import Actor, CallerKind
from dossiers.state import Clock, DossierStatus
from dossiers.stops import StopReason
from dossiers.terms import Term
from dossiers.values import APPOINTMENT, PROMISE, AgencyCode, OfficerId, Subject, task_key
from dossiers.words import deadline_words, status_words, story
from tests.dossiers.branching import ALL_BRANCHES, ONE_BRANCH, at_branches, branching, supplementing
from tests.dossiers.bundled import Bundle
from tests.support.builders import (
    CALENDAR,
    COPY,
    LAND,
    PERMIT,
    Run,
    change_calendar,
    person,
    procedure,
    rulebook_of,
    text,
)

MORNING = "2026-03-02T08:00"


def told(run: Run, since: int = 0) -> list[str]:
    return [story(record, run.rules.procedure) for record in run.records[since:]]


def eventful() -> Run:
    """Opinions, a supplement, an apology, legs that come back, work that is sent back."""
    run = Run.at_step("study", rulebook_of(branching()), MORNING, **ALL_BRANCHES)
    study = run.key("study")
    run.act(c.Assign(task=study, officer=OfficerId("justice-1")))
    run.act(c.Remind(task=study))
    run.act(c.AcknowledgeNotice(notice=next(iter(run.state.notices))))
    run.act(c.Consult(task=study, participants=("health",), content=text(), limit="1wh"))
    run.tick("2026-03-02T11:00")
    run.act(c.AnswerConsultation(task=task_key(f"{study}/consult-health"), outcome="object"))
    run.act(c.RequestSupplement(task=study, reason=text()))
    run.tick("2026-03-11T08:00")
    run.act(c.AnswerSupplement())
    run.act(c.Reappoint(appointment_at=parse_instant("2026-04-20T17:00"), reason=text()))
    run.forward("study")
    run.act(c.RefuseHandOver(task=run.key("taxation"), reason=text()))
    run.travel()
    run.act(c.Complete(task=run.key("residence"), outcome="unclear", opinion=text()))
    run.act(c.Recall(task=run.key("study")))
    run.finish()
    return run


def lifted() -> Run:
    run = Run.at_step("signing", rulebook_of(branching()), "2026-03-16T13:00", **ONE_BRANCH)
    run.tick_on_time("2026-03-16T17:00")
    run.act(c.Sign(task=run.key("signing")), "2026-03-16T16:58", recorded="2026-03-16T17:10")
    return run


def extended_and_withdrawn() -> Run:
    extending = supplementing(SupplementPolicy.EXTEND, extension=branching().limit)
    run = Run.at_step("study", rulebook_of(extending), MORNING, **ONE_BRANCH)
    run.act(c.RequestSupplement(task=run.key("study"), components=("form",), reason=text()))
    run.act(c.Withdraw())
    return run


def stopped() -> Run:
    """The applicant is called, the dossier suspended, and a second date of return was named on paper."""
    run = Run.at_step("study", rulebook_of(branching()), MORNING, **ONE_BRANCH)
    call = c.RequireAttendance(task=run.key("study"), reason=text(), attend_at=parse_instant("2026-03-03T09:00"))
    run.act(call)
    run.act(c.SendStopNotice())
    run.act(c.ResumeDossier(evidence=text()))
    run.act(c.SuspendDossier(ground=StopReason.SUSPENSION, evidence=text()))
    run.act(c.ResumeDossier(evidence=text()))
    named = c.Reappoint(appointment_at=parse_instant("2026-04-20T17:00"), reason=text())
    run.act(named)
    clerk = person(run.seat("office"), Role.AGENCY_HEAD, Role.LATE_ENTRY)
    run.act(named, by=clerk, entered_for=MORNING, evidence=text())
    return run


def line_that_was_dead() -> Run:
    """Parked, sent on by a supervisor, signed for."""
    line = AgencyCode("portal")
    run = Run(COPY, MORNING)
    run.act(run.filing(lines={line: Interest.STATUS}))
    run._take(parked(run.rules, run.state, line, 1, "partner-unreachable", now=run.now))
    run.act(c.ResumeDispatches(line=line))
    run._take(received(run.rules, run.state, line, 1, "sha-256=:x:", now=run.now))
    return run


def everything_that_can_happen() -> list[Run]:
    """Runs in which, together, every kind of event occurs."""
    paying = Run.filed(LAND, MORNING, obligation_kind="transfer_tax", obligation_due=True)
    paying.go_to("payment")
    charges = (Charge(code="tax", amount=3_000_000), Charge(code="fee", amount=500_000))
    paying.act(RequestPayment(task=paying.key("payment"), charges=charges))
    paying.act(ConfirmPayment(task=paying.key("payment"), charge="tax"))
    paying.act(WaiveCharge(task=paying.key("payment"), charge="fee", ground="exempted", evidence=text()))
    paying.finish()
    refused = Run(PERMIT, MORNING)
    scan = Attachment(paper="drawings", digest="0" * 64, stored=Stored(media_type="application/pdf", size=1))
    refused.act(refused.filing(documents=(scan, scan)))
    refused.act(c.Refuse(task=refused.key("reception"), reason=text()))
    recounted = Run.filed(PERMIT, MORNING, floors=3)
    recounted.act(change_calendar(CALENDAR, CALENDAR.model_copy(update={"version": "vn-2026.3"})))
    late = Run.at_step("study", rulebook_of(branching()), MORNING, **ONE_BRANCH)
    late.tick_on_time("2026-03-16T17:00")
    return [
        line_that_was_dead(),
        eventful(),
        paying,
        lifted(),
        extended_and_withdrawn(),
        refused,
        recounted,
        bundled(),
        stopped(),
        late,
    ]


def bundled() -> Run:
    """A whole whose parts were received, returned, refused and withdrawn."""
    made = Bundle(MORNING, at_home=True, born_on="2026-02-28")
    made.deliver()
    made.grant("birth")
    made.part("birth").finish()
    made.refuse("residence")
    made.part("insurance").act(c.Withdraw())
    made.deliver()
    return made.whole


def test_every_kind_of_event_has_its_sentence() -> None:
    runs = everything_that_can_happen()
    happened = {type(record.event) for run in runs for record in run.records}
    sentences = [sentence for run in runs for sentence in told(run)]

    assert happened == set(get_args(e.AnyEvent))
    assert all(sentence.endswith(".") and sentence[0].isupper() for sentence in sentences)
    assert not [sentence for sentence in sentences if "{" in sentence or "None" in sentence or "#" in sentence]


def test_a_dossier_reads_as_a_story() -> None:
    run = Run.filed(LAND, "2026-03-02T08:00", obligation_kind="transfer_tax", obligation_due=True)
    run.go_to("payment")
    start = len(run.records)
    run.act(
        RequestPayment(task=run.key("payment"), charges=(Charge(code="tax", amount=12_000_000),)),
        "2026-03-03T08:00",
    )
    run.forward("payment", "2026-03-05T08:00")

    assert told(run)[:3] == [
        f"Người nộp hồ sơ nộp hồ sơ H49-260302-0001: {procedure(LAND).title}.",
        "Mở bước “Tiếp nhận, kiểm tra và số hóa hồ sơ” tại cơ quan one_stop_centre, hạn 02/03/2026 13:30.",
        "Công chức Một cửa (one_stop_centre) ghi nhận thông tin: Loại nghĩa vụ tài chính.",
    ]
    assert told(run, start)[:5] == [
        "Công chức Một cửa (one_stop_centre) giao thông báo nộp tiền: tax 12.000.000 đồng, nộp trước 02/04/2026 17:00.",
        "Tạm dừng thời hạn của hẹn trả kết quả vì chờ nộp tiền (NĐ 252/2026/NĐ-CP).",
        "Công chức Một cửa (one_stop_centre) xác nhận đã nộp khoản tax; đã nộp đủ.",
        "Tính tiếp thời hạn: hẹn trả kết quả, hạn 19/03/2026 17:00.",
        "Công chức Một cửa (one_stop_centre) kết thúc bước “Giao thông báo thuế và chờ nộp tiền”: đã nộp đủ.",
    ]


def test_a_late_record_says_when_it_was_made() -> None:
    run = Run.at_step("signing", rulebook_of(branching()), "2026-03-16T13:00", **ONE_BRANCH)
    start = len(run.records)
    run.act(c.Sign(task=run.key("signing")), "2026-03-16T16:58", recorded="2026-03-16T17:10")

    assert told(run, start)[1:] == [
        "Người phê duyệt (commune_committee) kết thúc bước “Ký”: hoàn thành, đúng hạn (ghi nhận lúc 16/03/2026 17:10).",
        "Có kết quả giải quyết, trước hạn (ghi nhận lúc 16/03/2026 17:10).",
        "Hồ sơ rời cơ quan commune_committee, chuyển đến cơ quan one_stop_centre (ghi nhận lúc 16/03/2026 17:10).",
        "Mở việc nhận hồ sơ cho bước “Trả kết quả” tại cơ quan one_stop_centre, hạn 17/03/2026 08:30.",
    ]


def test_a_late_paper_entry_is_marked_in_the_story() -> None:
    run = Run(rulebook_of(branching()), "2026-03-04T08:00")
    clerk = person(run.seat("counter"), Role.COUNTER, Role.LATE_ENTRY)
    run.act(run.filing(), by=clerk, entered_for="2026-03-02T09:00", evidence=text())

    assert told(run)[0].endswith("Thủ tục rẽ nhánh (nhập muộn lúc 04/03/2026 08:00, có chứng cứ giấy).")


def test_work_done_again_says_how_often() -> None:
    run = at_branches()
    run.act(c.Complete(task=run.key("residence"), outcome="unclear", opinion=text()))

    assert told(run)[-3:] == [
        "Cán bộ thụ lý (provincial_police) trả lại từ bước “Xác minh cư trú” để làm lại từ bước “Thẩm định”.",
        "Hồ sơ rời cơ quan provincial_police, chuyển đến cơ quan commune_committee.",
        "Mở việc nhận hồ sơ cho bước “Thẩm định” (lần 2) tại cơ quan commune_committee, hạn 02/03/2026 17:00.",
    ]


def test_a_story_never_tells_who_the_applicant_is_nor_what_people_wrote() -> None:
    runs = everything_that_can_happen()

    assert not [line for run in runs for line in told(run) if "citizen" in line or str(text().id) in line]


@pytest.mark.parametrize(
    ("actor", "words"),
    [
        (None, "Hệ thống"),
        (Actor(id=OfficerId("x"), kind=CallerKind.CITIZEN), "Người nộp hồ sơ"),
        (Actor(id=OfficerId("x")), "Cán bộ"),
        (Actor(id=OfficerId("x"), roles=(Role.LATE_ENTRY, Role.COUNTER)), "Công chức Một cửa"),
    ],
)
def test_people_are_named_by_the_part_they_play(actor: Actor | None, words: str) -> None:
    assert actor_words(actor) == words


def test_an_agencys_software_is_called_that() -> None:
    system = Actor(id=OfficerId("x"), kind=CallerKind.SYSTEM, seat=Run(PERMIT, MORNING).seat("fire_police"))

    assert actor_words(system) == "Phần mềm của cơ quan (fire_police)"


@pytest.mark.parametrize("status", list(DossierStatus))
def test_every_status_has_a_word(status: DossierStatus) -> None:
    assert status_words(status)


@pytest.mark.parametrize("on_timeout", list(OnTimeout))
def test_every_meaning_of_silence_has_words(on_timeout: OnTimeout) -> None:
    lapse = e.ConsultationLapsed(
        task=task_key("opinion#1"), on_timeout=on_timeout, basis="Điều 4", due_at=parse_instant(MORNING)
    )
    record = e.Record(
        sequence=1, cause="due:opinion#1", occurred_at=lapse.due_at, recorded_at=lapse.due_at, event=lapse
    )

    assert story(record, branching()).startswith("Hết hạn 02/03/2026 08:00 không có trả lời cho bước “Lấy ý kiến”: ")


def test_how_a_deadline_stands() -> None:
    due = parse_instant("2026-03-16T17:00")
    rungs = rulebook_of(branching())
    run = Run.at_step("study", rungs, MORNING, **ONE_BRANCH)
    clock = run.state.clocks[PROMISE]
    warned = clock.model_copy(update={"fired": ("near",)})
    stopped = Clock(term=Term(since=due, due_at=None), is_stopped=True)

    assert deadline_words(None, due) == "không có thời hạn"
    assert deadline_words(clock, due) == "còn hạn: 16/03/2026 17:00"
    assert deadline_words(warned, due) == "sắp hết hạn: 16/03/2026 17:00"
    assert deadline_words(warned, due + timedelta(seconds=1)) == "quá hạn từ 16/03/2026 17:00"
    assert deadline_words(stopped, due) == "đang tạm dừng"
    assert deadline_words(clock.model_copy(update={"is_ended": True}), due) == "đã kết thúc"


def test_deadlines_tasks_rungs_and_outcomes_have_the_words_of_the_procedure() -> None:
    permit = procedure(PERMIT)

    assert subject_words(permit, APPOINTMENT) == "ngày hẹn lại"
    assert task_words(permit, task_key("result#2")) == "bước “Vào sổ, đóng dấu bản vẽ, chuyển kết quả” (lần 2)"
    assert rung_words(permit, PROMISE, "late_4h") == "“Quá hẹn 4 giờ làm việc”"
    assert rung_words(permit, Subject("result#1/acceptance.2"), "late_1d") == "“Chậm chuyển 1 ngày làm việc”"
    assert rung_words(permit, Subject("appraisal#1/consult-environment"), "half") == "“Đã qua nửa thời gian trả lời”"
    assert rung_words(permit, Subject("appraisal#1"), "unheard") == "“unheard”"
    assert outcome_words(permit, task_key("appraisal#1"), "ineligible") == "không đủ điều kiện"
    assert outcome_words(permit, task_key("appraisal#1"), "silent_block") == "silent_block"
    assert Grade.LATE.value == "late"
