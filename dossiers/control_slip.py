"""The control slip (phiếu kiểm soát quá trình giải quyết hồ sơ, Mẫu 05 TT 01/2018/TT-VPCP, Mẫu 06 sau này).

One row for each hand-over between agencies: who gave, who received, when, and whether the giver's part was done
before, on or after its limit. A hand-over that was not accepted stands there too, with why.
"""

from collections.abc import Iterator, Sequence

from dossiers import events as e
from dossiers.deadlines import Grade
from dossiers.evolve import fold
from dossiers.hand_over_events import DossierReleased
from dossiers.instants import local
from dossiers.leg_accounts import grade_of
from dossiers.procedure import Duty
from dossiers.rulebook import Rulebook
from dossiers.seats import Seat
from dossiers.stays import Ending, Stay, stays
from dossiers.values import AgencyCode, DossierNumber, Instant, OfficerId, TaskKey, Value

RESULTS = {Grade.EARLY: "trước hạn", Grade.ON_TIME: "đúng hạn", Grade.LATE: "quá hạn"}

_NOTES = {
    Ending.REFUSED: "Bên nhận không nhận",
    Ending.RECALLED: "Bên giao thu hồi",
    Ending.CANCELLED: "Không còn phải nhận",
    None: "Chưa nhận",
}
_LATE = "Nhận chậm"


class SlipRow(Value):
    """One hand-over, given and received."""

    task: TaskKey
    giver: Seat
    receiver: Seat
    given_at: Instant
    given_by: OfficerId | None
    received_at: Instant | None
    received_by: OfficerId | None
    #: How the giver's part ended: late if any of its work was, early only if all of it was.
    result: Grade | None
    note: str = ""

    @property
    def result_words(self) -> str:
        """As the form wants it; empty where no limit bound the giver."""
        return RESULTS[self.result] if self.result is not None else ""


class ControlSlip(Value):
    """The slip as it stands; the applicant's name is added by whoever prints it."""

    number: DossierNumber
    filed_at: Instant
    received_at: Instant | None
    appointment_at: Instant | None
    lead: AgencyCode
    #: Whoever else has a part in it, each once.
    coordinating: tuple[AgencyCode, ...]
    rows: tuple[SlipRow, ...]


def control_slip(records: Sequence[e.Record], rulebook: Rulebook) -> ControlSlip:
    """The slip of a dossier that was filed."""
    state = fold(records)
    rulebook = rulebook.as_changed(state.calendar_changes)
    assert state.filed is not None, "a dossier is filed before it travels"
    assert state.filed_at is not None, "a dossier is filed before it travels"
    seats, procedure = state.filed.seats, rulebook.procedure
    lead = seats[procedure.lead.name].agency
    others = [
        seats[one.name].agency for one in procedure.participants if one.duty in (Duty.COORDINATING, Duty.CONSULTED)
    ]
    return ControlSlip(
        number=state.filed.number,
        filed_at=state.filed_at,
        received_at=next((one.occurred_at for one in records if isinstance(one.event, e.DossierAccepted)), None),
        appointment_at=state.appointment_at,
        lead=lead,
        coordinating=tuple(dict.fromkeys(agency for agency in others if agency != lead)),
        rows=tuple(_rows(records, rulebook, stays(records, state))),
    )


def _rows(records: Sequence[e.Record], rulebook: Rulebook, lain: Sequence[Stay]) -> Iterator[SlipRow]:
    """Each acceptance that was opened, with the release just before it."""
    by_key = {stay.task.key: stay for stay in lain}
    told: set[TaskKey] = set()
    released: e.Record | None = None
    for record in records:
        match record.event:
            case DossierReleased():
                released = record
            case e.TaskOpened(work="acceptance", task=key) if released is not None:
                giver = by_key[key].task.sender
                assert giver is not None, "a leg has a sender"
                done = [one for one in lain if _is_done_by(one, giver.agency, record) and one.task.key not in told]
                told.update(one.task.key for one in done)
                yield _row(by_key[key], giver, released, _result(rulebook, done), _note(rulebook, by_key[key]))
            case _:
                pass


def _is_done_by(stay: Stay, giver: AgencyCode, opened: e.Record) -> bool:
    """Whether it is work of the giver's that had ended when it released the dossier."""
    is_theirs = stay.task.seat.agency == giver and stay.task.work != "acceptance"
    return is_theirs and stay.ended_at is not None and stay.ended_at <= opened.occurred_at


def _result(rulebook: Rulebook, done: Sequence[Stay]) -> Grade | None:
    """Of the work itself; how it was handed on decides only where it was late, or where no work had a limit."""
    work = [grade_of(rulebook, one) for one in done if one.task.work == "step"]
    handed_on = [grade_of(rulebook, one) for one in done if one.task.work != "step"]
    if Grade.LATE in handed_on:
        return Grade.LATE
    return _worst(work) or _worst(handed_on)


def _worst(grades: Sequence[Grade | None]) -> Grade | None:
    return next((grade for grade in (Grade.LATE, Grade.ON_TIME, Grade.EARLY) if grade in grades), None)


def _note(rulebook: Rulebook, stay: Stay) -> str:
    if stay.ending is Ending.COMPLETED:
        return _LATE if grade_of(rulebook, stay) is Grade.LATE else ""
    return _NOTES[stay.ending]


def _row(stay: Stay, giver: Seat, released: e.Record, result: Grade | None, note: str) -> SlipRow:
    is_received = stay.ending is Ending.COMPLETED
    return SlipRow(
        task=stay.task.key,
        giver=giver,
        receiver=stay.task.seat,
        given_at=local(released.occurred_at),
        given_by=released.actor.id if released.actor is not None else None,
        received_at=stay.ended_at if is_received else None,
        received_by=stay.ended_by if is_received else None,
        result=result,
        note=note,
    )
