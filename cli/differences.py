"""Two versions side by side, for people."""

from collections.abc import Sequence

from rich.table import Table

from cli.report import table
from datafiles.differences import Difference

_NOTHING = "–"
_LONGEST = 200


def differences_shown(found: Sequence[Difference]) -> str | Table:
    """What was, and what is."""
    if not found:
        return "Không khác nhau."
    rows = [[one.place, in_short(one.before), in_short(one.after)] for one in found]
    return table("ở đâu", "trước", "sau", rows=rows)


def in_short(value: object) -> str:
    """A value on one line; a whole step is told by what it is called."""
    match value:
        case None:
            return _NOTHING
        case bool():
            return "có" if value else "không"
        case {"label": str(name)} | {"title": str(name)} | {"name": str(name)}:
            return name
        case list() | tuple():
            return ", ".join(in_short(one) for one in value) or _NOTHING
        case dict():
            return ", ".join(f"{name}: {in_short(one)}" for name, one in value.items() if one is not None)[:_LONGEST]
        case _:
            return str(value)
