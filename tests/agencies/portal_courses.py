"""Dossiers for the portal to be told of, with everything that it is told beside their journals; the same every time."""

from agencies.directory import load_directory
from agencies.portal_particulars import Particulars, Person
from dossiers import commands as c
from dossiers.dispatches import Interest
from dossiers.events import DossierFiled
from dossiers.lines import told
from dossiers.procedure import Participant, Role
from dossiers.seats import Seat
from dossiers.stops import StopReason
from dossiers.values import AgencyCode, DossierNumber, OfficerId
from tests.support.builders import COPY, PERMIT, Run, person, procedure, text
from tests.support.portal import CODE

MORNING = "2026-03-02T08:00"
PERSON = Person(full_name="Nguyễn Thị Ánh", identity_number="022190001234", phone="0912345678")


class Register:
    """Who knows the particulars of every dossier: its people are named after their codes."""

    async def of(self, filed: DossierFiled, officers: tuple[OfficerId, ...]) -> Particulars:
        return Particulars(
            person=PERSON,
            procedure=procedure(filed.procedure),
            directory=load_directory(),
            officers={one: f"Cán bộ {one}" for one in officers},
        )


def run_of(code: str, number: str) -> Run:
    """A dossier just filed at seats of the shipped directory, which the portal is told of."""
    run = Run(code, MORNING, floors=3, fire_opinion_needed=False, environment_opinion_needed=False)
    seats = {one.name: _seat(one) for one in run.rules.procedure.participants}
    lines = {CODE: Interest.STATUS}
    run.act(run.filing(number=DossierNumber(number), seats=seats, lines=lines))
    return run


def _seat(part: Participant) -> Seat:
    for agency in load_directory().agencies:
        unit = agency.unit_of_kind(part.unit)
        if agency.kind == part.agency and unit is not None:
            return Seat(agency=AgencyCode(agency.code), unit=unit.code)
    raise AssertionError(part)


def copied(number: str = "H49.1.2-260302-0001") -> Run:
    """A certified copy from filing to return."""
    run = run_of(COPY, number)
    run.finish("2026-03-02T09:00")
    return run


def withdrawn_while_suspended(number: str = "H49.1.2-260302-0002") -> Run:
    """A permit that stands still by decision, and is then taken back."""
    run = run_of(PERMIT, number)
    run.forward("reception", "2026-03-02T09:00")
    head = person(run.state.filed.seats[run.rules.procedure.lead.name], Role.AGENCY_HEAD) if run.state.filed else None
    run.act(c.SuspendDossier(ground=StopReason.SUSPENSION, evidence=text("quyết định")), "2026-03-02T10:00", by=head)
    run.act(c.Withdraw(), "2026-03-02T11:00")
    return run


def events_told(run: Run) -> tuple[int, ...]:
    return told(run.records, CODE)
