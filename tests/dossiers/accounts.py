"""Two dossiers whose time was worked out by hand, and ways to look into their ledgers."""

from dossiers import commands as c
from dossiers.instants import parse_instant
from dossiers.ledger import Account, Ledger, PhaseAccount, ledger
from dossiers.leg_accounts import LegAccount
from dossiers.slices import Phase, Slice
from tests.support.builders import LAND, PERMIT, Run

HOUR = 3600
DAY = 24 * HOUR


def told(run: Run, until: str | None = None) -> Ledger:
    return ledger(run.records, run.rules, run.now if until is None else parse_instant(until))


def phase(told: Ledger, phase: Phase) -> PhaseAccount:
    found = told.phase(phase)
    assert found is not None
    return found


def leg(told: Ledger, task: str) -> LegAccount:
    return next(one for one in told.legs if one.task == task)


def agency(told: Ledger, code: str) -> Account:
    return next(one for one in told.agencies if one.agency == code)


def at(told: Ledger, instant: str) -> Slice:
    return next(piece for piece in told.slices if piece.start <= parse_instant(instant) < piece.end)


def holders(piece: Slice) -> list[str]:
    return [f"{one.kind}:{one.task}" for one in piece.holders]


def land() -> Run:
    """A transfer of land, from Monday 6/7/2026 to Monday 27/7: two agencies over their limits, a week unpaid."""
    run = Run.filed(LAND, "2026-07-06T08:00", obligation_kind="transfer_tax", obligation_due=True)
    for step, instant in (
        ("reception", "2026-07-06T09:00"),
        ("appraisal", "2026-07-06T10:00"),  # released
        ("appraisal", "2026-07-06T14:00"),  # accepted
        ("appraisal", "2026-07-07T16:00"),
        ("tax_transfer", "2026-07-08T09:00"),
        ("transfer_tax", "2026-07-08T10:00"),
        ("transfer_tax", "2026-07-08T11:00"),
        ("transfer_tax", "2026-07-14T11:00"),
        ("payment", "2026-07-14T13:30"),
        ("payment", "2026-07-14T14:00"),
        ("payment", "2026-07-14T15:00"),  # the notices go out
        ("payment", "2026-07-20T10:00"),  # paid
        ("registration", "2026-07-20T11:00"),
        ("registration", "2026-07-20T13:00"),
        ("registration", "2026-07-24T13:00"),
    ):
        run.forward(step, instant)
    run.go_to("return", "2026-07-24T16:00")
    run.finish("2026-07-27T09:00")
    return run


def permit() -> Run:
    """A house permit on which two agencies are asked at once: one answers, the other is silent."""
    facts = {"floors": 3, "fire_opinion_needed": True, "environment_opinion_needed": True}
    run = Run.at_step("appraisal", PERMIT, "2026-07-06T08:00", **facts)
    run.forward("appraisal", "2026-07-06T10:00")
    run.tick_on_time("2026-07-07T09:00")
    run.act(c.AnswerConsultation(task=run.key("fire_consultation"), outcome="object"), "2026-07-07T09:00")
    run.tick_on_time("2026-07-08T14:00")
    run.go_to("return", "2026-07-08T16:00")
    return run
