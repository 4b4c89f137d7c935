"""`directory list|show|lint|diff|publish`: who takes part, in the versions shipped or in a folder."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.table import Table

from agencies.directory import VERSIONS, load_directories, read_directory
from agencies.roster import Agency, Directory
from cli.differences import differences_shown
from cli.report import AsJson, report, table
from datafiles.differences import differences
from datafiles.faults import Fault, Faulty
from dossiers.values import AgencyCode
from embedded.failures import EmbeddedFailure

app = App(
    name="directory",
    help="Danh bạ cơ quan, đơn vị, cán bộ. Mã thoát: 0 không có lỗi; 1 có lỗi, hoặc không có phiên bản đó.",
)
# As text: it leans on this module.
app.command("cli.directory_publish:publish")

Which = Annotated[str, Parameter(help="Tên phiên bản, hoặc thư mục chứa các tệp danh bạ.")]


class NoSuchDirectory(EmbeddedFailure):
    """Neither a version of the product nor a folder."""

    code = "no-such-directory"


class DirectoryFaulty(EmbeddedFailure):
    """A folder does not make a directory."""

    code = Faulty.code


@app.command(name="list")
def list_all(*, json: AsJson = False) -> None:
    """Các phiên bản danh bạ đi kèm sản phẩm, cũ nhất trước."""
    found = load_directories()
    answer = [
        {
            "version": one.version,
            "effective_from": one.effective_from.isoformat(),
            "effective_to": one.effective_to.isoformat() if one.effective_to else None,
            "territories": len(one.territories),
            "agencies": len(one.agencies),
            "units": sum(len(agency.units) for agency in one.agencies),
            "officers": sum(1 for _ in one.members()),
        }
        for one in found
    ]
    rows = [[str(value) if value is not None else "–" for value in one.values()] for one in answer]
    headings = ("phiên bản", "từ", "đến", "địa bàn", "cơ quan", "đơn vị", "cán bộ")
    report(as_json=json).answer(answer, table(*headings, rows=rows))


@app.command
def show(
    which: Annotated[str | None, Parameter(help="Tên phiên bản hoặc thư mục; mặc định là phiên bản mới nhất.")] = None,
    /,
    *,
    agency: Annotated[str | None, Parameter(help="Chỉ một cơ quan, với mọi cán bộ.")] = None,
    json: AsJson = False,
) -> None:
    """Cơ quan nào, đơn vị nào, ai làm được gì, và điều gì chưa kiểm chứng."""
    found = load_directories()[-1] if which is None else _named(which)
    if agency is None:
        report(as_json=json).answer(found.model_dump(mode="json"), *_shown(found))
        return
    if not found.has_agency(AgencyCode(agency)):
        message = f"Danh bạ {found.version} không có cơ quan {agency}."
        raise NoSuchDirectory(message)
    one = found.agency(AgencyCode(agency))
    report(as_json=json).answer(one.model_dump(mode="json"), *_agency_shown(one))


@app.command
def lint(
    *folders: Annotated[Path, Parameter(help="Thư mục danh bạ; không có thì mọi phiên bản đi kèm.")],
    json: AsJson = False,
) -> None:
    """Kiểm tra cả danh bạ: mã trùng, nơi không có, lịch không có, đơn vị không ai làm được việc."""
    chosen = folders or VERSIONS
    faults = [fault for folder in chosen for fault in _faults(folder)]
    verdict = f"{len(chosen)} danh bạ, {len(faults)} lỗi." if faults else f"{len(chosen)} danh bạ, không có lỗi."
    answer = {"folders": [str(one) for one in chosen], "faults": [asdict(fault) for fault in faults]}
    report(as_json=json).answer(answer, *(str(fault) for fault in faults), verdict)
    if faults:
        sys.exit(1)


@app.command
def diff(before: Which, after: Which, /, *, json: AsJson = False) -> None:
    """Hai danh bạ khác nhau ở đâu: từng cơ quan, đơn vị, cán bộ."""
    found = differences(_named(before).model_dump(mode="json"), _named(after).model_dump(mode="json"))
    report(as_json=json).answer([asdict(one) for one in found], differences_shown(found))


def _named(which: str) -> Directory:
    if Path(which).is_dir():
        try:
            return read_directory(Path(which))
        except Faulty as faulty:
            raise DirectoryFaulty(str(faulty)) from faulty
    known = {one.version: one for one in load_directories()}
    if which not in known:
        message = f"Không có danh bạ “{which}”; có: {', '.join(known)}, hoặc một thư mục."
        raise NoSuchDirectory(message)
    return known[which]


def _faults(folder: Path) -> tuple[Fault, ...]:
    try:
        read_directory(folder)
    except Faulty as faulty:
        return faulty.faults
    return ()


def _shown(directory: Directory) -> Iterator[str | Table]:
    last = f" đến {directory.effective_to:%d/%m/%Y}" if directory.effective_to else ""
    yield f"{directory.version}: hiệu lực từ {directory.effective_from:%d/%m/%Y}{last}"
    yield ""
    rows = [
        [one.code, one.name, one.tier, ", ".join(one.serves), ", ".join(unit.code for unit in one.units)]
        for one in directory.agencies
    ]
    yield table("mã", "tên", "cấp", "phục vụ", "đơn vị", rows=rows)
    if directory.unverified:
        yield ""
        yield "Chưa kiểm chứng:"
        yield from (f"  - {one}" for one in directory.unverified)


def _agency_shown(agency: Agency) -> Sequence[str | Table]:
    rows = [
        [unit.code, officer.id, officer.name, ", ".join(officer.roles)]
        for unit in agency.units
        for officer in unit.officers
    ]
    return (
        f"{agency.code} ({agency.identifier}): {agency.name}",
        "",
        table("đơn vị", "mã", "tên", "vai trò", rows=rows),
    )
