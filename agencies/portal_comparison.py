"""Where the portal stands with a dossier: at our last call, at an earlier one, or where we never were. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from agencies.portal_wire import Call, Held, ProgressRow, ReportProgress, SyncDossier, course_of
from dossiers.drift import DriftKind, Standing

_STATUS, _ROWS = "TrangThaiHoSo", "QuaTrinhXuLy"


class _Shown(NamedTuple):
    """What the portal shows once a call was taken in."""

    course: dict[str, str]
    rows: tuple[ProgressRow, ...]


def standing(calls: Sequence[Call], held: Held | None) -> Standing:
    """The portal against every call that was made or will be, in their order."""
    shown = _shown(calls)
    if held is None:
        return Standing(kind=DriftKind.MISSING, has=0, of=len(calls), ours=_written(shown[-1]))
    at = max((at for at, one in enumerate(shown, start=1) if _is_at(held, one)), default=0)
    if at == len(calls):
        return Standing(kind=DriftKind.IN_STEP, has=at, of=at)
    ours, theirs = _written(shown[-1]), _written(_Shown(course_of(held), held.progress or ()))
    differing = [name for name in ours if ours[name] != theirs[name] and (name != _ROWS or held.progress is not None)]
    return Standing(
        kind=DriftKind.BEHIND if at else DriftKind.DIFFERENT,
        has=at,
        of=len(calls),
        ours={name: ours[name] for name in differing},
        theirs={name: theirs[name] for name in differing},
    )


def _shown(calls: Sequence[Call]) -> list[_Shown]:
    course, rows, shown = dict[str, str](), tuple[ProgressRow, ...](), list[_Shown]()
    for call in calls:
        match call:
            case SyncDossier(data=(sheet,)):
                course = course_of(sheet)
            case ReportProgress(data=(row,)):
                course, rows = {**course, _STATUS: row.status}, (*rows, row)
        shown.append(_Shown(course, rows))
    return shown


def _is_at(held: Held, shown: _Shown) -> bool:
    return course_of(held) == shown.course and (held.progress is None or held.progress == shown.rows)


def _written(shown: _Shown) -> dict[str, str]:
    """The rows by their number: what they say names officers."""
    return {**shown.course, _ROWS: str(len(shown.rows))}
