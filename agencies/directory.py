"""Reads the directory and fills a procedure's parts with real agencies, units and officers.

A part goes to the agency of its kind that serves the matter's territory most closely: the commune's own before the
province's (NĐ 118/2025/NĐ-CP lets any counter of the province receive, so the territory may differ from the counter's).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import assert_never

from agencies.directory_rules import ONE_STOP, DirectoryFile, Sheet, faults_of
from agencies.roster import Agency, Directory, Officer, TerritoryCode
from datafiles.document import read_document
from datafiles.faults import Fault, Faulty
from datafiles.validation import validate
from dossiers.dispatches import Interest
from dossiers.errors import DossierError
from dossiers.escalation import NoticeRole
from dossiers.procedure import Duty, Participant, Procedure, Role
from dossiers.seats import Seat
from dossiers.values import AgencyCode, UnitCode

SHIPPED = Path(__file__).parent / "province"
#: Every version that comes with the product, each in a folder.
VERSIONS = (Path(__file__).parent / "province-2022", SHIPPED)


class SeatVacant(DossierError):
    """Không có cơ quan, đơn vị nào đảm nhận một phần việc của thủ tục."""

    code = "seat-vacant"


@lru_cache(maxsize=1)
def load_directory() -> Directory:
    """The newest directory that comes with the product."""
    return load_directories()[-1]


@lru_cache(maxsize=1)
def load_directories() -> tuple[Directory, ...]:
    """Every version that comes with the product, the oldest first."""
    return tuple(sorted((read_directory(folder) for folder in VERSIONS), key=lambda one: one.effective_from))


def in_force(directories: Sequence[Directory], on: date) -> Directory | None:
    """The version with which a dossier is filed on a day: of those in force, the one that began last, written last."""
    return next((one for one in reversed(by_time(directories)) if one.is_in_force(on, on)), None)


def by_time(directories: Sequence[Directory]) -> tuple[Directory, ...]:
    """The oldest first; of two that begin on one day, in the order of their names."""
    return tuple(sorted(directories, key=lambda one: (one.effective_from, one.version)))


def read_directory(folder: Path) -> Directory:
    """The directory that the files of a folder make together; Faulty with every fault of all of them."""
    sheets, faults = _sheets(folder)
    faults.extend(faults_of(sheets) if not faults else ())
    if faults:
        raise Faulty(faults)
    contents = [sheet.content for sheet in sheets]
    said = next(one for one in contents if one.version is not None)
    assert said.version is not None and said.effective_from is not None, "the rules ask for both"  # noqa: PT018
    return Directory(
        version=said.version,
        effective_from=said.effective_from,
        effective_to=said.effective_to,
        unverified=tuple(text for one in contents for text in one.unverified),
        territories=tuple(territory for one in contents for territory in one.territories),
        agency_kinds=tuple(kind for one in contents for kind in one.agency_kinds),
        unit_kinds=tuple(kind for one in contents for kind in one.unit_kinds),
        calendars=tuple(calendar for one in contents for calendar in one.calendars),
        agencies=tuple(agency for one in contents for agency in one.agencies),
        lines=tuple(line for one in contents for line in one.lines),
    )


def _sheets(folder: Path) -> tuple[tuple[Sheet, ...], list[Fault]]:
    sheets: list[Sheet] = []
    faults: list[Fault] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            document = read_document(path)
            sheets.append(Sheet(document, validate(document, DirectoryFile)))
        except Faulty as error:
            faults.extend(error.faults)
    if not sheets and not faults:
        faults.append(Fault(str(folder), 1, "", "directory-empty", "thư mục không có tệp .yaml nào"))
    return tuple(sheets), faults


def resolve_seats(
    directory: Directory, procedure: Procedure, receiving_unit: UnitCode, territory: TerritoryCode | None = None
) -> dict[str, Seat]:
    """Who fills each part of the procedure for a dossier received by a unit; `SeatVacant` names the part nobody fills.

    ``territory`` is where the matter lies, when that is not where the dossier is received.
    """
    counter = directory.seat(receiving_unit)
    home = territory or directory.agency(counter.agency).serves[0]
    return {one.name: _seat_for(directory, one, counter, home) for one in procedure.participants}


def _seat_for(directory: Directory, part: Participant, counter: Seat, home: TerritoryCode) -> Seat:
    agency: Agency | None
    if part.duty is Duty.COUNTER:
        agency = directory.agency(counter.agency)
        if agency.kind != part.agency or directory.unit(counter.unit).kind != part.unit:
            message = f"Đơn vị {counter.unit} không phải nơi tiếp nhận của thủ tục ({part.agency}, {part.unit})."
            raise SeatVacant(message, participant=part.name)
        return counter
    agency = nearest_agency(directory, part.agency, home)
    unit = agency.unit_of_kind(part.unit) if agency is not None else None
    if agency is None or unit is None:
        message = f"Không có cơ quan loại {part.agency} có đơn vị {part.unit} phục vụ {home} cho phần “{part.name}”."
        raise SeatVacant(message, participant=part.name)
    return Seat(agency=agency.code, unit=unit.code)


def nearest_agency(directory: Directory, kind: str, territory: TerritoryCode) -> Agency | None:
    """The agency of a kind that serves the territory most closely."""
    for code in directory.lineage(territory):
        for agency in directory.agencies:
            if agency.kind == kind and code in agency.serves:
                return agency
    return None


def lines_of(directory: Directory, seats: Mapping[str, Seat]) -> dict[AgencyCode, Interest]:
    """Who is told what of a dossier: the portals all of it, an agency with a system of its own what lies there."""
    taking_part = {seat.agency for seat in seats.values()}
    return {
        line.code: line.interest
        for line in directory.lines
        if line.interest is Interest.STATUS or line.code in taking_part
    }


def counters(directory: Directory) -> tuple[Seat, ...]:
    """Every unit that receives dossiers."""
    return tuple(
        Seat(agency=agency.code, unit=unit.code)
        for agency in directory.agencies
        for unit in agency.units
        if unit.kind == ONE_STOP
    )


def officers_of(directory: Directory, seat: Seat, role: Role) -> tuple[Officer, ...]:
    """The officers of a unit who have a role."""
    return tuple(one for one in directory.unit(seat.unit).officers if role in one.roles)


def heads(directory: Directory, seat: Seat, counter: Seat, role: NoticeRole) -> tuple[Officer, ...]:
    """To whom a notice about work at a seat goes, for a dossier that a counter received."""
    match role:
        case NoticeRole.HOLDER:
            return directory.unit(seat.unit).officers
        case NoticeRole.UNIT_HEAD:
            return officers_of(directory, seat, Role.UNIT_HEAD)
        case NoticeRole.AGENCY_HEAD:
            return _across(directory.agency(seat.agency), Role.AGENCY_HEAD)
        case NoticeRole.ONE_STOP_HEAD:
            return _across(directory.agency(counter.agency), Role.ONE_STOP_HEAD)
        case NoticeRole.SUPERVISOR:
            return tuple(one for _, one in directory.members() if Role.SUPERVISOR in one.roles)
        case _:
            assert_never(role)


def _across(agency: Agency, role: Role) -> tuple[Officer, ...]:
    return tuple(one for unit in agency.units for one in unit.officers if role in one.roles)
