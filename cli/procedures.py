"""`procedures list|show|lint|prove|publish|diff`: the shipped procedures, judged and proven; others joining them.

`lint` ends with 0 only without findings. `prove` tells the truth and judges nothing: a procedure whose limits fit may
still be late when everybody also uses up the time for handing on.
"""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.table import Table

from cli.jurisdiction import shipped_jurisdiction
from cli.proof import proof, proof_shown
from cli.report import AsJson, report, table
from datafiles.faults import Faulty
from dossiers.procedure import Procedure, Step
from embedded.failures import EmbeddedFailure
from procedures.catalogue import CATALOGUE, shipped
from procedures.reader import faults_in

app = App(
    name="procedures",
    help="Thủ tục: xem, kiểm tra, chứng minh, công bố. Mã thoát: 0 không có lỗi; 1 có lỗi, hoặc không có thủ tục đó.",
)
# As text: they lean on this module.
app.command("cli.procedures_publish:publish")
app.command("cli.procedures_publish:diff")

Code = Annotated[str, Parameter(help="Mã thủ tục: 1.013225.")]
Version = Annotated[int | None, Parameter(help="Phiên bản; không nêu thì bản mới nhất.")]
_NOTHING = "–"


class NoSuchProcedure(EmbeddedFailure):
    """No shipped procedure has this code."""

    code = "no-such-procedure"


class ProceduresFaulty(EmbeddedFailure):
    """A shipped procedure cannot be read."""

    code = Faulty.code


@app.command(name="list")
def list_all(*, json: AsJson = False) -> None:
    """Các thủ tục đi kèm sản phẩm."""
    found = _shipped()
    rows = [
        [one.code, str(one.version), one.title, one.level, str(one.limit), str(len(one.unverified))] for one in found
    ]
    answer = [
        {
            "code": one.code,
            "version": one.version,
            "title": one.title,
            "field": one.field,
            "level": one.level,
            "effective_on": one.effective_on.isoformat(),
            "rule_set": one.rule_set,
            "limit": str(one.limit),
            "channels": one.channels,
            "steps": len(one.steps),
            "unverified": len(one.unverified),
        }
        for one in found
    ]
    headings = ("mã", "phiên bản", "tên", "cấp", "thời hạn", "chưa kiểm chứng")
    report(as_json=json).answer(answer, table(*headings, rows=rows))


@app.command
def show(code: Code, *, version: Version = None, json: AsJson = False) -> None:
    """Một thủ tục: đường đi, thời hạn, căn cứ, và những gì chưa kiểm chứng."""
    found = _named(code, version)
    report(as_json=json).answer(found.model_dump(mode="json"), *_shown(found))


@app.command
def lint(
    *files: Annotated[Path, Parameter(help="Tệp thủ tục; không có thì mọi thủ tục đi kèm.")], json: AsJson = False
) -> None:
    """Kiểm tra theo mọi quy tắc; mỗi quy tắc có một trang docs/lint/<quy tắc>.md."""
    paths = files or tuple(sorted(CATALOGUE.glob("*.yaml")))
    jurisdiction = shipped_jurisdiction()
    faults = [fault for path in paths for fault in faults_in(_near(path), jurisdiction)]
    verdict = f"{len(paths)} thủ tục, {len(faults)} lỗi." if faults else f"{len(paths)} thủ tục, không có lỗi."
    answer = {"files": [str(_near(path)) for path in paths], "faults": [asdict(fault) for fault in faults]}
    report(as_json=json).answer(answer, *(str(fault) for fault in faults), verdict)
    if faults:
        sys.exit(1)


@app.command
def prove(code: Code, *, version: Version = None, json: AsJson = False) -> None:
    """Trường hợp xấu nhất của mỗi đường đi: ai cũng dùng hết thời hạn, từ lúc tiếp nhận bất lợi nhất."""
    found, jurisdiction = _named(code, version), shipped_jurisdiction()
    answer = proof(found, jurisdiction)
    report(as_json=json).answer(answer.model_dump(mode="json"), *proof_shown(found, answer))


def _shipped() -> tuple[Procedure, ...]:
    try:
        return shipped()
    except Faulty as faulty:
        raise ProceduresFaulty(str(faulty)) from faulty


def _named(code: str, version: int | None) -> Procedure:
    known = _shipped()
    found = [one for one in known if one.code == code and version in (None, one.version)]
    if found:
        return max(found, key=lambda one: one.version)
    versions = ", ".join(dict.fromkeys(one.code for one in known))
    message = f"Không có thủ tục “{code}”{'' if version is None else f' phiên bản {version}'}; có: {versions}."
    raise NoSuchProcedure(message)


def _near(path: Path) -> Path:
    """The path as seen from here, where that is shorter."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _shown(procedure: Procedure) -> Sequence[str | Table]:
    steps = [
        [step.id, step.label, step.by, step.role, str(step.limit or _NOTHING), ", ".join(step.after) or _NOTHING]
        for step in procedure.steps
    ]
    cutoff = f", nhận sau {procedure.cutoff:%H:%M} tính từ ngày làm việc sau" if procedure.cutoff else ""
    return (
        f"{procedure.code}, phiên bản {procedure.version}: {procedure.title}",
        f"{procedure.field}; cấp {procedure.level}; hiệu lực từ {procedure.effective_on:%d/%m/%Y}",
        f"Thời hạn: {procedure.limit}{cutoff}; {procedure.rule_set}",
        "",
        table("bước", "việc", "bên làm", "vai trò", "thời hạn", "sau", rows=steps),
        "",
        *_listed("Bên tham gia", [f"{one.name}: {one.agency}, {one.unit}" for one in procedure.participants]),
        *_listed("Căn cứ", [_basis(one.citation, one.note, verified=one.verified) for one in procedure.basis]),
        *_listed("Căn cứ của từng bước", [line for step in procedure.steps for line in _terms(step)]),
        *_listed("Thành phần hồ sơ", [one.title for one in procedure.components]),
        *_listed("Phí, lệ phí", [f"{one.title}: {one.amount:,} đồng".replace(",", ".") for one in procedure.fees]),
        *_listed("Chưa kiểm chứng", procedure.unverified),
    )


def _terms(step: Step) -> Sequence[str]:
    terms = (step.consultation, step.supplement, step.payment, step.sub_dossier)
    return [
        f"{step.id}: {_basis(one.basis.citation, one.basis.note, verified=one.basis.verified)}"
        for one in terms
        if one is not None
    ]


def _basis(citation: str, note: str, *, verified: bool) -> str:
    doubt = "" if verified else " (chưa kiểm chứng)"
    return f"{citation}{doubt}: {note}" if note else f"{citation}{doubt}"


def _listed(heading: str, lines: Sequence[str]) -> Sequence[str]:
    return (f"{heading}:", *(f"  - {line}" for line in lines)) if lines else ()
