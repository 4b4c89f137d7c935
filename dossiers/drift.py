"""How what another system holds of a dossier stands to what we hold; found by asking, and never a rule of the law."""

from enum import StrEnum

from dossiers.values import Value


class DriftKind(StrEnum):
    """What is found."""

    IN_STEP = "in_step"
    MISSING = "missing"  # it has no such dossier
    BEHIND = "behind"  # it stands where we stood some messages ago
    DIFFERENT = "different"  # it stands where we never stood


class Standing(Value):
    """One dossier, held against ours."""

    kind: DriftKind
    #: How many of our messages it has, and how many there are.
    has: int
    of: int
    #: What differs, by the other side's names: what we show, and what it shows.
    ours: dict[str, str] = {}
    theirs: dict[str, str] = {}
