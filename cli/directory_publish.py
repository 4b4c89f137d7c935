"""`directory publish`: a new version of who takes part while the engine runs, and what it changes.

Whatever is filed from its day on is filed with it; dossiers under way keep their seats. A code names one thing for
ever: a version in which a published code means something else is refused.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from agencies.directory import in_force, read_directory
from agencies.roster import Directory
from cli.differences import in_short
from cli.directory import DirectoryFaulty
from cli.operation import joined, operator_agrees
from cli.report import AsJson, report
from commands.calendars import publish_directory
from datafiles.differences import Difference, differences
from datafiles.faults import Faulty

_OPERATOR = "operator"


async def publish(
    folder: Annotated[Path, Parameter(help="Thư mục chứa các tệp danh bạ.")],
    /,
    *,
    yes: Annotated[bool, Parameter(negative="", help="Không hỏi lại.")] = False,
    json: AsJson = False,
) -> None:
    """Kiểm tra, cho xem thay đổi, hỏi, rồi công bố; còn một lỗi thì không công bố gì."""
    out, given = report(as_json=json), _read(folder)
    async with joined() as product:
        known = await product.catalogue.directories.all()
        _require_same_things(known, given)
        changes = _changes(known, given)
        out.say(f"Danh bạ {given.version}, hiệu lực từ {given.effective_from:%d/%m/%Y}:")
        out.say("\n".join(f"  {one.place}: {in_short(one.before)} → {in_short(one.after)}" for one in changes))
        operator_agrees(yes=yes)
        async with product.database.transaction() as tx:
            is_new = await publish_directory(tx, given)
    answer = {"version": given.version, "is_new": is_new, "changes": [asdict(one) for one in changes]}
    out.answer(answer, f"Đã công bố danh bạ {given.version}." if is_new else "Đã công bố từ trước, không có gì mới.")


def _read(folder: Path) -> Directory:
    try:
        return read_directory(folder)
    except Faulty as faulty:
        raise DirectoryFaulty(str(faulty)) from faulty


def _changes(known: Sequence[Directory], given: Directory) -> tuple[Difference, ...]:
    """Beside the version that would otherwise be in force on its first day."""
    before = in_force([one for one in known if one.version != given.version], given.effective_from)
    return differences({} if before is None else before.model_dump(mode="json"), given.model_dump(mode="json"))


def _require_same_things(known: Sequence[Directory], given: Directory) -> None:
    """Raises `DirectoryFaulty` with every code that means something else in a published version."""
    strangers = dict.fromkeys(stranger for one in known for stranger in _strangers(one, given))
    if strangers:
        raise DirectoryFaulty("\n".join(strangers))


def _strangers(published: Directory, given: Directory) -> Iterator[str]:
    for agency in given.agencies:
        if published.has_agency(agency.code) and published.agency(agency.code).kind != agency.kind:
            yield f"Mã {agency.code} ở {published.version} là cơ quan loại {published.agency(agency.code).kind}."
    for seat, officer in given.members():
        if published.has_unit(seat.unit) and published.seat(seat.unit) != seat:
            yield f"Mã {seat.unit} ở {published.version} là đơn vị của {published.seat(seat.unit).agency}."
        if published.has_officer(officer.id) and published.officer(officer.id).name != officer.name:
            yield f"Mã {officer.id} ở {published.version} là của {published.officer(officer.id).name}."
