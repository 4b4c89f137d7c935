"""What a rule is: a stable id, a sentence, and a function from a procedure to what breaks it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from datafiles.faults import Place
from dossiers.procedure import Procedure
from procedures.jurisdiction import Jurisdiction


@dataclass(frozen=True)
class Finding:
    """Something that breaks a rule, and where."""

    place: Place
    message: str
    hint: str


@dataclass(frozen=True)
class Rule:
    """One rule. Its id appears in files, documents and tests, so it never changes."""

    id: str
    title: str
    check: Callable[[Procedure], Iterable[Finding]]


@dataclass(frozen=True)
class LocalRule:
    """A rule that is kept or broken where the procedure is to run: by its calendar, its decrees, its people."""

    id: str
    title: str
    check: Callable[[Procedure, Jurisdiction], Iterable[Finding]]


def one_of(word: str, known: tuple[str, ...]) -> str:
    """The hint for a name that is not known: the nearest one, or all of them."""
    near = get_close_matches(word, known, n=1, cutoff=0.6)
    return f"có phải “{near[0]}”?" if near else f"dùng một trong: {', '.join(known) or 'chưa khai báo gì'}"
