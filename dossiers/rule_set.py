"""The decree under which a dossier runs: its general limits, chosen by the date of reception and pinned then."""

from collections.abc import Sequence
from datetime import date, time
from typing import Literal

from dossiers.escalation import Rung
from dossiers.limits import TimeLimit
from dossiers.procedure import LegalBasis
from dossiers.stops import StopReason
from dossiers.values import Value


class StopGround(Value):
    """A ground on which an agency may stop the clock by an act of its own; supplement and payment have their steps."""

    reason: Literal[StopReason.ATTENDANCE, StopReason.FORCE_MAJEURE, StopReason.SUSPENSION]
    basis: LegalBasis


class RuleSet(Value):
    """General rules of the one-stop-shop decree (NĐ 61/2018/NĐ-CP, NĐ 118/2025/NĐ-CP)."""

    code: str
    title: str
    effective_from: date
    effective_to: date | None = None
    basis: tuple[LegalBasis, ...]
    unverified: tuple[str, ...] = ()
    #: Receipt by this time of day is handed over the same day (Điều 18: "sau 15 giờ").
    transfer_cutoff: time
    #: Working time after an opening before a transfer due then counts as overdue.
    transfer_grace: TimeLimit
    #: How often the date of return may be moved with an apology (Điều 19.9).
    reappointments_max: int = 1
    #: Why else the clock may stop.
    stops: tuple[StopGround, ...] = ()
    #: Ladders that no procedure needs to write: ``stop_notice``, ``apology``.
    ladders: dict[str, tuple[Rung, ...]] = {}


def in_force(rule_sets: Sequence[RuleSet], day: date) -> RuleSet:
    """The decree of a day: of those that had begun, the latest; before all of them, the first."""
    by_date = sorted(rule_sets, key=lambda one: one.effective_from)
    return next((one for one in reversed(by_date) if one.effective_from <= day), by_date[0])
