"""`procedures publish|diff`: a new version of a procedure while the engine runs, and what it changes.

Every fault of every file is told at once, and with a single one nothing is published. Whatever is filed from then on
follows the new version on its days; dossiers under way stay on theirs.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from cli.differences import differences_shown, in_short
from cli.jurisdiction import jurisdiction_of, procedures_in
from cli.operation import Product, joined, operator_agrees
from cli.procedures import NoSuchProcedure, ProceduresFaulty
from cli.report import AsJson, report
from commands import procedures as publishing
from commands.procedures import Published, published
from datafiles.differences import Difference, differences
from datafiles.document import read_document
from datafiles.faults import Fault, Faulty
from datafiles.validation import validate
from dossiers.procedure import Procedure
from dossiers.values import ProcedureCode
from procedures.catalogue import shipped
from procedures.reader import faults_in
from store.errors import AlreadyPublished

Version = Annotated[str, Parameter(help="Tệp thủ tục, hoặc mã@phiên-bản: 1.013225@1.")]

_OPERATOR = "operator"


async def publish(
    *files: Annotated[Path, Parameter(help="Tệp thủ tục.")],
    yes: Annotated[bool, Parameter(negative="", help="Không hỏi lại.")] = False,
    json: AsJson = False,
) -> None:
    """Kiểm tra, cho xem thay đổi, hỏi, rồi công bố tất cả cùng lúc; còn một lỗi thì không công bố gì."""
    if not files:
        message = "Cần ít nhất một tệp thủ tục."
        raise ProceduresFaulty(message)
    out = report(as_json=json)
    async with joined() as product:
        known = await published(product.database, product.catalogue)
        given = procedures_in(files)
        faults = [*_faults(files, known, given)]
        if faults:
            answer = {"error": Faulty.code, "faults": [asdict(one) for one in faults], "published": []}
            out.answer(answer, *(str(one) for one in faults), f"{len(faults)} lỗi; chưa công bố gì.")
            sys.exit(1)
        for one in given:
            out.say("\n".join(_sentences(known.before(one), one)))
        operator_agrees(yes=yes)
        new = await _published(product, given)
    out.answer(
        {"published": [_told(known.before(one), one) for one in new]},
        *(f"Đã công bố {one.code}, phiên bản {one.version}: {one.title}" for one in new),
        *([] if new else ["Đã công bố từ trước, không có gì mới."]),
    )


async def diff(before: Version, after: Version, /, *, json: AsJson = False) -> None:
    """Hai phiên bản khác nhau ở đâu: từng bước, thời hạn, phí, thành phần."""
    found = _changes(await _version(before), await _version(after))
    report(as_json=json).answer([asdict(one) for one in found], differences_shown(found))


async def _published(product: Product, given: Sequence[Procedure]) -> tuple[Procedure, ...]:
    async with product.database.transaction() as tx:
        return await publishing.publish(tx, given)


def _faults(files: Sequence[Path], known: Published, given: Sequence[Procedure]) -> Iterator[Fault]:
    """Of each file by itself, then against what is published and what is in the other files."""
    jurisdiction = jurisdiction_of(known, given)
    seen: dict[tuple[str, int], Path] = {}
    for file in files:
        yield from (own := faults_in(file, jurisdiction))
        if not own:
            yield from _clashes(file, known, seen)


def _clashes(file: Path, known: Published, seen: dict[tuple[str, int], Path]) -> Iterator[Fault]:
    document = read_document(file)
    procedure = validate(document, Procedure)
    name = f"phiên bản {procedure.version} của {procedure.code}"
    hint = "tăng số phiên bản"
    there = known.version(procedure)
    if there is not None and there != procedure:
        yield document.fault(("version",), AlreadyPublished.code, f"{name} đã công bố với nội dung khác", hint)
    first = seen.setdefault((procedure.code, procedure.version), file)
    if first != file:
        yield document.fault(("version",), AlreadyPublished.code, f"{name} cũng ở {first}", hint)


def _changes(before: Procedure, after: Procedure) -> tuple[Difference, ...]:
    return differences(before.model_dump(mode="json"), after.model_dump(mode="json"))


def _sentences(before: Procedure | None, procedure: Procedure) -> Iterator[str]:
    """What is asked about."""
    yield f"{procedure.code}, phiên bản {procedure.version}, hiệu lực từ {procedure.effective_on:%d/%m/%Y}:"
    if before is None:
        yield f"  thủ tục mới: {procedure.title}"
        return
    yield f"  so với phiên bản {before.version}:"
    for one in _changes(before, procedure):
        yield f"  {one.place}: {in_short(one.before)} → {in_short(one.after)}"


def _told(before: Procedure | None, procedure: Procedure) -> dict[str, object]:
    return {
        "code": procedure.code,
        "version": procedure.version,
        "effective_on": procedure.effective_on.isoformat(),
        "before": None if before is None else before.version,
        "changes": [] if before is None else [asdict(one) for one in _changes(before, procedure)],
    }


async def _version(which: str) -> Procedure:
    """A version in a file, one that comes with the product, or one that is published where the product runs."""
    here = _in_file(which)
    if here is not None:
        return here
    code, _, number = which.rpartition("@")
    if not code or not number.isascii() or not number.isdigit():
        message = f"“{which}” không phải tệp, cũng không phải mã@phiên-bản."
        raise NoSuchProcedure(message)
    version = int(number)
    comes = next((one for one in shipped() if (one.code, one.version) == (code, version)), None)
    if comes is not None:
        return comes
    async with joined() as product:
        found = await product.catalogue.procedure(ProcedureCode(code), version)
    if found is None:
        message = f"Chưa công bố {code} phiên bản {version}."
        raise NoSuchProcedure(message)
    return found


def _in_file(which: str) -> Procedure | None:
    try:
        return validate(read_document(Path(which)), Procedure)
    except Faulty as faulty:
        raise ProceduresFaulty(str(faulty)) from faulty
    except OSError:
        return None  # no file
