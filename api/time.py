"""The time of a dossier: its clocks side by side, its ledger with the control slip, and why each date is due.

Everything is worked out from the journal at the moment of asking, by the rules that the dossier is pinned to.
"""

from datetime import datetime, time
from typing import Annotated, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import Field, WithJsonSchema

from api.callers import KnownCaller
from api.errors import NotFound
from api.openapi import read
from api.parts import KnownParts
from api.visibility import require_officer, require_visible
from commands.pinning import Catalogue
from dossiers.clocks import Clocks, clocks
from dossiers.commands import FileDossier
from dossiers.control_slip import ControlSlip, control_slip
from dossiers.counting import Remaining
from dossiers.due_date_text import due_date_in_words
from dossiers.due_dates import Counted, DueDate, Named, ToBeSigned, ToBeTold, Transferred, due_date
from dossiers.events import Record
from dossiers.evolve import fold
from dossiers.explanation import Explanation
from dossiers.fast_clock import dossier_time
from dossiers.instants import local
from dossiers.ledger import Ledger, ledger
from dossiers.rulebook import Rulebook
from dossiers.values import Instant, Subject
from store.database import Database
from store.journal import read_journal
from store.register import read_clock

router = APIRouter(prefix="/v1", tags=["time"])

#: A time of day by the wall; the format that JSON Schema calls time has an offset.
WallTime = Annotated[time, WithJsonSchema({"type": "string", "examples": ["15:00:00"]})]


class Journal(NamedTuple):
    """What a dossier's time is worked out from, and at which legal instant."""

    records: tuple[Record, ...]
    rulebook: Rulebook
    at: datetime
    number: str


class ClocksView(Clocks):
    """Ba đồng hồ của hồ sơ: hẹn trả, từng chặng, từng lần chuyển."""

    dossier: UUID
    number: str


class LedgerView(Ledger):
    """Sổ thời gian của hồ sơ; mỗi giai đoạn cộng lại đúng bằng thời gian đã qua."""

    dossier: UUID
    number: str
    slip: ControlSlip = Field(description="phiếu kiểm soát quá trình giải quyết (Mẫu 05)")


class ExplanationView(Explanation):
    """Cách tính một thời hạn."""

    cutoff: WallTime | None


class CountedView(Counted):
    """Thời hạn đếm từ lúc tiếp nhận."""

    arithmetic: ExplanationView


class TransferredView(Transferred):
    """Hạn chuyển hồ sơ."""

    cutoff: WallTime


class DueDateView(DueDate):
    """Vì sao hạn này là lúc ấy."""

    dossier: UUID
    number: str
    why: CountedView | TransferredView | Named | ToBeTold | ToBeSigned
    found: Instant | None = Field(description="hạn tính lại từ nhật ký; khớp với hạn đã ghi")
    left: Remaining | None = Field(description="phần còn lại khi đồng hồ đang dừng")
    words: tuple[str, ...] = Field(description="lời giải thích, mỗi câu một dòng")


async def journal_of(database: Database, catalogue: Catalogue, dossier: UUID, now: datetime) -> Journal | None:
    """The dossier's journal and rules; null while nothing is in it."""
    async with database.transaction() as tx:
        records = await read_journal(tx, dossier)
        clock = await read_clock(tx, dossier)
    state = fold(records)
    if state.filed is None or state.filed_at is None:
        return None
    filing = FileDossier.model_validate(state.filed.model_dump(exclude={"kind"}))
    rulebook = await catalogue.rulebook(filing, local(state.filed_at).date())
    at = max(dossier_time(clock, local(now.replace(microsecond=0))), *(record.recorded_at for record in records))
    return Journal(records, rulebook, local(at), state.filed.number)


async def visible_journal(parts: KnownParts, caller: KnownCaller, dossier_id: UUID) -> Journal:
    async with parts.database.transaction() as tx:
        await require_visible(tx, parts.directories, caller, dossier_id)
    journal = await journal_of(parts.database, parts.catalogue, dossier_id, parts.now())
    if journal is None:
        raise NotFound
    return journal


def clocks_view(dossier: UUID, journal: Journal) -> ClocksView:
    told = clocks(journal.records, journal.rulebook, journal.at)
    return ClocksView(dossier=dossier, number=journal.number, **dict(told))


def ledger_view(dossier: UUID, journal: Journal) -> LedgerView:
    told = ledger(journal.records, journal.rulebook, journal.at)
    slip = control_slip(journal.records, journal.rulebook)
    return LedgerView(dossier=dossier, number=journal.number, slip=slip, **dict(told))


def due_date_view(dossier: UUID, journal: Journal, told: DueDate) -> DueDateView:
    return DueDateView.model_validate(
        {
            **told.model_dump(),
            "dossier": dossier,
            "number": journal.number,
            "found": told.computed,
            "left": told.remaining,
            "words": due_date_in_words(told),
        }
    )


@router.get("/dossiers/{dossier_id}/clocks", **read("dossierClocks", "Ba đồng hồ của hồ sơ lúc này"))
async def show_clocks(dossier_id: UUID, parts: KnownParts, caller: KnownCaller) -> ClocksView:
    return clocks_view(dossier_id, await visible_journal(parts, caller, dossier_id))


@router.get("/dossiers/{dossier_id}/ledger", **read("dossierLedger", "Thời gian của hồ sơ đã đi đâu"))
async def show_ledger(dossier_id: UUID, parts: KnownParts, caller: KnownCaller) -> LedgerView:
    """Names officers by their code, so it is for those who work."""
    require_officer(caller)
    return ledger_view(dossier_id, await visible_journal(parts, caller, dossier_id))


SubjectPath = Annotated[
    str,
    Path(
        max_length=200,
        description="hạn: promise, appointment, hoặc khóa của việc, ví dụ appraisal#1",
        examples=["promise"],
    ),
]


@router.get(
    "/dossiers/{dossier_id}/deadlines/{subject:path}/explanation",
    **read("explainDeadline", "Vì sao hạn này là lúc ấy"),
)
async def show_explanation(
    dossier_id: UUID, subject: SubjectPath, parts: KnownParts, caller: KnownCaller
) -> DueDateView:
    journal = await visible_journal(parts, caller, dossier_id)
    told = due_date(journal.records, journal.rulebook, Subject(subject))
    if told is None:
        raise NotFound
    return due_date_view(dossier_id, journal, told)
