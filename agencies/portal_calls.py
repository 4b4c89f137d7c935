"""What the portal is told of each event: the dossier itself when it appears or changes, a row for every step done.

Pure: from the journal and the particulars the same calls come out whenever they are made, so a repetition is known.
"""

from datetime import datetime

from agencies.line_terms import PortalTerms
from agencies.portal_particulars import Particulars
from agencies.portal_wire import Call, DossierSheet, ProgressRow, ReportProgress, SyncDossier, stamp
from dossiers import events as e
from dossiers.lines import Telling
from dossiers.phrases import outcome_words, role_words
from dossiers.procedure import Duty
from dossiers.seats import CallerKind
from dossiers.state import DossierState
from dossiers.values import OfficerId

_ENGINE, _APPLICANT = "Hệ thống", "Người nộp hồ sơ"


def officers_in(told: tuple[Telling, ...]) -> tuple[OfficerId, ...]:
    """Everybody whom the calls name."""
    actors = [one.record.actor for one in told if one.record.actor is not None]
    return tuple(dict.fromkeys(one.id for one in actors if one.kind is CallerKind.OFFICER))


def calls_of(
    terms: PortalTerms, told: tuple[Telling, ...], particulars: Particulars, journal: tuple[e.Record, ...]
) -> tuple[Call, ...]:
    """One call for each event that the portal is told, in their order."""
    dates = _Dates(journal)
    return tuple(_call(terms, one, particulars, dates, at) for at, one in enumerate(told, start=1))


class _Dates:
    """When processing ended and when the result went out, as known at an event."""

    def __init__(self, journal: tuple[e.Record, ...]) -> None:
        self._decided = [one for one in journal if isinstance(one.event, e.ResultDecided)]
        self._returned = [one for one in journal if isinstance(one.event, e.ResultReturned)]

    def decided_at(self, sequence: int) -> datetime | None:
        return next((one.occurred_at for one in reversed(self._decided) if one.sequence <= sequence), None)

    def returned_at(self, sequence: int) -> datetime | None:
        return next((one.occurred_at for one in reversed(self._returned) if one.sequence <= sequence), None)


def _call(terms: PortalTerms, telling: Telling, particulars: Particulars, dates: _Dates, position: int) -> Call:
    record, state = telling
    if isinstance(record.event, e.TaskCompleted):
        return ReportProgress(data=(_row(terms, telling, record.event, particulars),))
    sheet = _sheet(terms, state, particulars, dates, record.sequence)
    return SyncDossier(is_updating="False" if position == 1 else "True", data=(sheet,))


def passing(sheet: DossierSheet, code: int) -> SyncDossier:
    """The dossier on its way through a status that it never had for us."""
    return SyncDossier(is_updating="True", data=(sheet.model_copy(update={"status": str(code)}),))


def sheet_at(
    terms: PortalTerms, telling: Telling, particulars: Particulars, journal: tuple[e.Record, ...]
) -> DossierSheet:
    """The dossier as it stood at an event, whatever the portal is told of that event."""
    return _sheet(terms, telling.state, particulars, _Dates(journal), telling.record.sequence)


def _sheet(
    terms: PortalTerms, state: DossierState, particulars: Particulars, dates: _Dates, sequence: int
) -> DossierSheet:
    assert state.filed is not None, "a dossier is filed before anybody is told"
    procedure, person = particulars.procedure, particulars.person
    lead = next((one for one in procedure.participants if one.duty is Duty.LEAD), procedure.counter)
    agency = state.filed.seats[lead.name].agency
    return DossierSheet(
        number=state.filed.number,
        procedure=terms.procedures.get(procedure.code, procedure.code),
        title=procedure.title,
        field=procedure.field,
        applicant=person.full_name,
        applicant_code=person.identity_number or "",
        email=person.email or "",
        phone=person.phone or "",
        summary=procedure.title,
        received_at=stamp(state.received_at),
        due_at=stamp(state.appointment_at),
        status=str(terms.table.code_of(state.status, state.result)),
        returned_at=stamp(dates.returned_at(sequence)),
        decided_at=stamp(dates.decided_at(sequence)),
        agency=particulars.directory.agency(agency).name,
    )


def _row(terms: PortalTerms, telling: Telling, event: e.TaskCompleted, particulars: Particulars) -> ProgressRow:
    record, state = telling
    assert state.filed is not None, "a dossier is filed before anybody is told"
    task, procedure = state.tasks[event.task], particulars.procedure
    done = outcome_words(procedure, event.task, event.outcome)
    return ProgressRow(
        number=state.filed.number,
        officer=_who(record, particulars),
        role=role_words(task.role),
        done_at=stamp(record.occurred_at),
        unit=particulars.directory.unit(task.seat.unit).name,
        content=f"{procedure.step(task.step).label}: {done}",
        status=str(terms.table.code_of(state.status, state.result)),
        begun_at=stamp(task.opened_at),
        due_at=stamp(state.due_of(event.task)),
    )


def _who(record: e.Record, particulars: Particulars) -> str:
    """Who did it, by name; software by the unit that it works for."""
    actor = record.actor
    if actor is None or actor.kind is CallerKind.DOSSIER:
        return _ENGINE
    if actor.kind is CallerKind.CITIZEN:
        return _APPLICANT
    if actor.kind is CallerKind.SYSTEM and actor.seat is not None:
        return particulars.directory.unit(actor.seat.unit).name
    return particulars.officers.get(actor.id, actor.id)
