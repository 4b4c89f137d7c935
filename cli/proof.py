"""The worst case of every path of a procedure as one value, and as people read it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from rich.table import Table

from cli.report import table
from dossiers.instants import local
from dossiers.procedure import Procedure
from dossiers.values import Instant, StepId, Value
from procedures.jurisdiction import Jurisdiction
from procedures.worst_case import Journey, Stretch, worst_cases

_HOUR = 3600


class StretchProof(Value):
    """A step's work, or the dossier's way to it."""

    step: StepId
    work: Literal["step", "transfer"]
    limit: str | None
    start: Instant
    end: Instant
    working_seconds: int


class PathProof(Value):
    """A path from the receipt that leaves the least of the promise; working time of the lead's calendar throughout."""

    path: tuple[StepId, ...]
    received: Instant
    due: Instant
    ended: Instant
    stretches: tuple[StretchProof, ...]
    steps_seconds: int
    transfers_seconds: int
    needed_seconds: int
    allowed_seconds: int
    #: Negative when the path outlasts the promise.
    slack_seconds: int


class Proof(Value):
    """All paths, the tightest first."""

    code: str
    version: int
    limit: str
    cutoff: str | None
    calendar: str
    rule_set: str
    paths: tuple[PathProof, ...]


def proof(procedure: Procedure, jurisdiction: Jurisdiction) -> Proof:
    calendar, rules = jurisdiction.calendar, jurisdiction.rule_sets[procedure.rule_set]
    return Proof(
        code=procedure.code,
        version=procedure.version,
        limit=str(procedure.limit),
        cutoff=procedure.cutoff.isoformat("minutes") if procedure.cutoff is not None else None,
        calendar=calendar.version,
        rule_set=rules.code,
        paths=tuple(_path(one) for one in worst_cases(procedure, rules, calendar)),
    )


def _path(worst: Journey) -> PathProof:
    return PathProof(
        path=worst.path,
        received=local(worst.received),
        due=local(worst.due),
        ended=local(worst.ended),
        stretches=tuple(_stretch(one) for one in worst.stretches),
        steps_seconds=worst.in_steps,
        transfers_seconds=worst.needed - worst.in_steps,
        needed_seconds=worst.needed,
        allowed_seconds=worst.allowed,
        slack_seconds=worst.slack,
    )


def _stretch(one: Stretch) -> StretchProof:
    return StretchProof(
        step=one.step,
        work=one.work,
        limit=str(one.limit) if one.limit is not None else None,
        start=local(one.start),
        end=local(one.end),
        working_seconds=one.working_seconds,
    )


def proof_shown(procedure: Procedure, proven: Proof) -> Iterator[str | Table]:
    """Each path with its stretches and its sum."""
    yield f"{proven.code}, phiên bản {proven.version}: {procedure.title}"
    yield f"Thời hạn {proven.limit}; lịch {proven.calendar}; chuyển hồ sơ theo {proven.rule_set}; wh là giờ làm việc."
    for number, path in enumerate(proven.paths, 1):
        yield ""
        yield f"Đường {number}/{len(proven.paths)}: {' → '.join(path.path)}"
        yield f"  tiếp nhận {_at(path.received)}, hẹn trả {_at(path.due)}"
        yield table("việc", "thời hạn", "dùng", "từ", "đến", rows=list(_rows(procedure, path)))
        yield f"  {_sum(path)}"


def _rows(procedure: Procedure, path: PathProof) -> Iterator[list[str]]:
    for one in path.stretches:
        step = procedure.step(one.step)
        is_transfer = one.work == "transfer"
        work = f"chuyển đến {step.by}" if is_transfer else step.label
        limit = "–" if is_transfer else one.limit or "không có"
        yield [work, limit, hours(one.working_seconds), f"{one.start:%d/%m %H:%M}", f"{one.end:%d/%m %H:%M}"]


def _sum(path: PathProof) -> str:
    parts = f"các bước {hours(path.steps_seconds)} + chuyển {hours(path.transfers_seconds)}"
    whole = f"{parts} = {hours(path.needed_seconds)}; thời hạn {hours(path.allowed_seconds)}"
    if path.slack_seconds < 0:
        return f"{whole}; THIẾU {hours(-path.slack_seconds)}"
    return f"{whole}; còn dư {hours(path.slack_seconds)}"


def hours(seconds: int) -> str:
    """Working time in hours, to the second where it is not whole minutes."""
    whole, rest = divmod(seconds, _HOUR)
    minutes, odd = divmod(rest, 60)
    text = f"{whole}wh" if not rest else f"{whole}wh{minutes:02d}"
    return f"{text}:{odd:02d}" if odd else text


def _at(instant: datetime) -> str:
    return instant.strftime("%d/%m/%Y %H:%M:%S" if instant.second else "%d/%m/%Y %H:%M")
