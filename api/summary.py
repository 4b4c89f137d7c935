"""A dossier's time on one page: its dates, its clocks, where the time went in total, what comes next, and why."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from api.callers import KnownCaller
from api.openapi import read
from api.parts import KnownParts
from api.time import Journal, visible_journal
from api.views import View
from dossiers.clocks import Clocks, ClockState, clocks
from dossiers.due_date_text import due_date_in_words
from dossiers.due_dates import due_date
from dossiers.ledger import ledger
from dossiers.slices import SliceKind
from dossiers.values import PROMISE, Instant, Subject
from dossiers.words import status_words

router = APIRouter(prefix="/v1", tags=["time"])

_RUNNING = (ClockState.WITHIN, ClockState.NEAR)


class NextDeadline(View):
    """Hạn sắp tới gần nhất, và ai phải làm."""

    subject: Subject
    due_at: Instant
    agency: str
    unit: str


class TimeTotals(View):
    """Thời gian đã qua, cộng lại đúng bằng tổng."""

    elapsed_seconds: int
    seconds: dict[SliceKind, int]
    overdue: tuple[Subject, ...] = Field(description="những hạn đang quá")


class SummaryView(Clocks):
    """Thời gian của một hồ sơ trong một câu trả lời."""

    dossier: UUID
    number: str
    words: str = Field(description="trạng thái, như người nộp đọc")
    totals: TimeTotals
    next_deadline: NextDeadline | None
    explanation: tuple[str, ...] = Field(description="vì sao hẹn trả là lúc ấy; chưa tiếp nhận thì của hạn sắp tới")


@router.get("/dossiers/{dossier_id}/summary", **read("dossierSummary", "Thời gian của hồ sơ trong một trang"))
async def summary(dossier_id: UUID, parts: KnownParts, caller: KnownCaller) -> SummaryView:
    return summary_of(dossier_id, await visible_journal(parts, caller, dossier_id))


def summary_of(dossier: UUID, journal: Journal) -> SummaryView:
    told = clocks(journal.records, journal.rulebook, journal.at)
    coming = _next(told)
    asked = PROMISE if told.promise is not None else (coming.subject if coming is not None else None)
    why = due_date(journal.records, journal.rulebook, asked) if asked is not None else None
    return SummaryView(
        **dict(told),
        dossier=dossier,
        number=journal.number,
        words=status_words(told.status),
        totals=_totals(journal, told),
        next_deadline=coming,
        explanation=due_date_in_words(why) if why is not None else (),
    )


def _next(told: Clocks) -> NextDeadline | None:
    running = [
        NextDeadline(subject=face.subject, due_at=face.due_at, agency=face.seat.agency, unit=face.seat.unit)
        for face in told.faces()
        if face.state in _RUNNING and face.due_at is not None
    ]
    return min(running, key=lambda one: one.due_at, default=None)


def _totals(journal: Journal, told: Clocks) -> TimeTotals:
    phases = ledger(journal.records, journal.rulebook, journal.at).phases
    return TimeTotals(
        elapsed_seconds=sum(phase.elapsed_seconds for phase in phases),
        seconds={kind: sum(phase.seconds[kind] for phase in phases) for kind in SliceKind},
        overdue=tuple(
            face.subject for face in told.faces() if face.state in {ClockState.OVERDUE, ClockState.STOPPED_OVERDUE}
        ),
    )
