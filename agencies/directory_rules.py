"""What must hold in a directory that is written in several files; every fault names its file and line."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from agencies.calendar_layers import CalendarOverride
from agencies.line_terms import AnyTerms
from agencies.roster import Agency, Kind, Territory, Unit
from datafiles.document import Document
from datafiles.faults import Fault, Place
from dossiers.dispatches import Interest
from dossiers.procedure import Role
from dossiers.values import Value

ONE_STOP = "one_stop"


class DirectoryFile(Value):
    """One file: any part of the directory. The version and its time stand in exactly one."""

    version: str | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    unverified: tuple[str, ...] = ()
    territories: tuple[Territory, ...] = ()
    agency_kinds: tuple[Kind, ...] = ()
    unit_kinds: tuple[Kind, ...] = ()
    calendars: tuple[CalendarOverride, ...] = ()
    agencies: tuple[Agency, ...] = ()
    lines: tuple[AnyTerms, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A file with what it says."""

    document: Document
    content: DirectoryFile


Sheets = tuple[Sheet, ...]


def faults_of(sheets: Sheets) -> Iterator[Fault]:
    """Every fault of the whole directory."""
    for rule in _RULES:
        yield from rule(sheets)


def _one_version(sheets: Sheets) -> Iterator[Fault]:
    said = [sheet for sheet in sheets if sheet.content.version is not None]
    if len(said) != 1:
        message = f"{len(said)} tệp ghi “version”, phải có đúng một"
        yield (said or sheets)[-1].document.fault(("version",), "directory-version", message, "ghi ở một tệp")
        return
    for sheet in sheets:
        first, last = sheet.content.effective_from, sheet.content.effective_to
        hint = "ghi cùng “version”, ví dụ effective_from: 2025-07-01"
        if (first is not None) != (sheet.content.version is not None) or (first is None and last is not None):
            message = "“effective_from” (và “effective_to”) đi cùng “version”"
            yield sheet.document.fault(("version",), "directory-time", message, hint)
        elif first is not None and last is not None and last < first:
            message = f"hết hiệu lực {last} trước khi có hiệu lực {first}"
            yield sheet.document.fault(("effective_to",), "directory-time", message, hint)


def _codes_once(sheets: Sheets) -> Iterator[Fault]:
    yield from _twice("territory", ((s, ("territories", at), one.code) for s, at, one in _territories(sheets)))
    yield from _twice("agency", ((s, ("agencies", at), one.code) for s, at, one in _agencies(sheets)))
    yield from _twice("identifier", ((s, ("agencies", at), one.identifier) for s, at, one in _agencies(sheets)))
    yield from _twice("unit", ((s, place, unit.code) for s, place, _, unit in _units(sheets)))
    yield from _twice("officer", _officer_ids(sheets))
    yield from _twice("calendar", _calendar_names(sheets))


def _twice(what: str, named: Iterable[tuple[Sheet, Place, str]]) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for sheet, place, code in named:
        if code in seen:
            message = f"mã “{code}” đã dùng ở {seen[code]}"
            yield sheet.document.fault(place, f"duplicate-{what}", message, "mỗi mã chỉ dùng một lần")
        else:
            seen[code] = f"{sheet.document.file}:{sheet.document.line_of(place)}"


def _officer_ids(sheets: Sheets) -> Iterator[tuple[Sheet, Place, str]]:
    for sheet, place, _, unit in _units(sheets):
        for at, officer in enumerate(unit.officers):
            yield sheet, (*place, "officers", at), officer.id


def _calendar_names(sheets: Sheets) -> Iterator[tuple[Sheet, Place, str]]:
    for sheet in sheets:
        for at, one in enumerate(sheet.content.calendars):
            yield sheet, ("calendars", at), one.name


def _names_known(sheets: Sheets) -> Iterator[Fault]:
    territories = [one.code for _, _, one in _territories(sheets)]
    agencies = [one.code for _, _, one in _agencies(sheets)]
    kinds = [kind.code for sheet in sheets for kind in sheet.content.agency_kinds]
    for sheet, at, territory in _territories(sheets):
        yield from _known(sheet, ("territories", at, "parent"), "unknown-territory", territory.parent, territories)
    for sheet, at, agency in _agencies(sheets):
        place: Place = ("agencies", at)
        yield from _known(sheet, (*place, "kind"), "unknown-agency-kind", agency.kind, kinds)
        yield from _known(sheet, (*place, "parent"), "unknown-parent", agency.parent, agencies)
        for position, code in enumerate(agency.serves):
            yield from _known(sheet, (*place, "serves", position), "unknown-territory", code, territories)


def _unit_names_known(sheets: Sheets) -> Iterator[Fault]:
    kinds = [kind.code for sheet in sheets for kind in sheet.content.unit_kinds]
    calendars = [one.name for sheet in sheets for one in sheet.content.calendars]
    for sheet, at, agency in _agencies(sheets):
        yield from _known(sheet, ("agencies", at, "calendar"), "unknown-calendar", agency.calendar, calendars)
    for sheet, place, _, unit in _units(sheets):
        yield from _known(sheet, (*place, "kind"), "unknown-unit-kind", unit.kind, kinds)
        yield from _known(sheet, (*place, "calendar"), "unknown-calendar", unit.calendar, calendars)


def _known(sheet: Sheet, place: Place, rule: str, name: str | None, known: Iterable[str]) -> Iterator[Fault]:
    choices = tuple(known)
    if name is not None and name not in choices:
        hint = f"dùng một trong: {', '.join(choices)}"
        yield sheet.document.fault(place, rule, f"không có “{name}”", hint)


def _lines_known(sheets: Sheets) -> Iterator[Fault]:
    """A line that is told of work belongs to an agency whose work it is, and an agency has one line."""
    agencies = [one.code for _, _, one in _agencies(sheets)]
    lines = [(sheet, ("lines", at), line) for sheet in sheets for at, line in enumerate(sheet.content.lines)]
    for sheet, place, line in lines:
        if line.interest is Interest.WORK:
            yield from _known(sheet, (*place, "code"), "unknown-agency", line.code, agencies)
    yield from _twice("line", ((sheet, place, line.code) for sheet, place, line in lines))


def _parents_end(sheets: Sheets) -> Iterator[Fault]:
    above_agency: dict[str, str | None] = {one.code: one.parent for _, _, one in _agencies(sheets)}
    above_territory: dict[str, str | None] = {one.code: one.parent for _, _, one in _territories(sheets)}
    for sheet, at, agency in _agencies(sheets):
        if _is_under_itself(agency.code, above_agency):
            yield _ring(sheet, ("agencies", at, "parent"), agency.code)
    for sheet, at, territory in _territories(sheets):
        if _is_under_itself(territory.code, above_territory):
            yield _ring(sheet, ("territories", at, "parent"), territory.code)


def _is_under_itself(code: str, above: Mapping[str, str | None]) -> bool:
    here = above.get(code)
    for _ in above:
        if here is None or here == code:
            break
        here = above.get(here)
    return here == code


def _ring(sheet: Sheet, place: Place, code: str) -> Fault:
    return sheet.document.fault(place, "parent-ring", f"“{code}” thuộc chính nó", "sửa “parent”")


def _heads(sheets: Sheets) -> Iterator[Fault]:
    """Whoever a late task is reported to must exist."""
    for sheet, place, _, unit in _units(sheets):
        wanted = (Role.UNIT_HEAD, Role.ONE_STOP_HEAD) if unit.kind == ONE_STOP else (Role.UNIT_HEAD,)
        for role in wanted:
            if not any(role in officer.roles for officer in unit.officers):
                message = f"đơn vị “{unit.code}” không có ai giữ vai trò {role}"
                yield sheet.document.fault(place, "unit-without-head", message, f"thêm {role} cho một cán bộ")
    for sheet, at, agency in _agencies(sheets):
        if not any(Role.AGENCY_HEAD in one.roles for unit in agency.units for one in unit.officers):
            message = f"cơ quan “{agency.code}” không có người đứng đầu (agency_head)"
            hint = "thêm agency_head cho một cán bộ"
            yield sheet.document.fault(("agencies", at), "agency-without-head", message, hint)


def _unambiguous(sheets: Sheets) -> Iterator[Fault]:
    """A procedure names kinds, so a kind has one holder within an agency and one within a territory."""
    holders: dict[tuple[str, str], str] = {}
    for sheet, at, agency in _agencies(sheets):
        for position, territory in enumerate(agency.serves):
            other = holders.setdefault((agency.kind, territory), agency.code)
            if other != agency.code:
                message = f"“{other}” và “{agency.code}” cùng loại {agency.kind}, cùng phục vụ {territory}"
                place: Place = ("agencies", at, "serves", position)
                yield sheet.document.fault(place, "ambiguous-agency", message, "mỗi nơi một cơ quan mỗi loại")
        kinds = [unit.kind for unit in agency.units]
        for position, kind in enumerate(kinds):
            if kind in kinds[:position]:
                message = f"cơ quan “{agency.code}” có hai đơn vị loại {kind}"
                place = ("agencies", at, "units", position)
                yield sheet.document.fault(place, "ambiguous-unit", message, "mỗi loại một đơn vị")


def _counters_at_home(sheets: Sheets) -> Iterator[Fault]:
    """The place of a counter decides who is competent, so it has exactly one."""
    for sheet, at, agency in _agencies(sheets):
        if agency.unit_of_kind(ONE_STOP) is not None and len(agency.serves) != 1:
            message = f"Một cửa “{agency.code}” phục vụ {len(agency.serves)} địa bàn, phải có đúng một"
            yield sheet.document.fault(("agencies", at, "serves"), "counter-territory", message, "tách cơ quan")


def _territories(sheets: Sheets) -> Iterator[tuple[Sheet, int, Territory]]:
    return ((sheet, at, one) for sheet in sheets for at, one in enumerate(sheet.content.territories))


def _agencies(sheets: Sheets) -> Iterator[tuple[Sheet, int, Agency]]:
    return ((sheet, at, one) for sheet in sheets for at, one in enumerate(sheet.content.agencies))


def _units(sheets: Sheets) -> Iterator[tuple[Sheet, Place, Agency, Unit]]:
    for sheet, at, agency in _agencies(sheets):
        for position, unit in enumerate(agency.units):
            yield sheet, ("agencies", at, "units", position), agency, unit


_RULES: tuple[Callable[[Sheets], Iterator[Fault]], ...] = (
    _one_version,
    _codes_once,
    _names_known,
    _unit_names_known,
    _lines_known,
    _parents_end,
    _heads,
    _unambiguous,
    _counters_at_home,
)
