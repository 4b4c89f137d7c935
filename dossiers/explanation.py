"""Why a deadline is when it is: the days that counted, those that did not and why, and the stops, as data.

The explanation is read off the same count that gives the due instant, and what it counts adds up to the
limit: what is explained is what was computed. The words for people are made from it in `explanation_text`.
"""

from collections.abc import Sequence
from datetime import datetime, time
from enum import StrEnum

from dossiers.calendar import WorkCalendar
from dossiers.counting import Remaining, RemainingUnit, line_of, require_unit
from dossiers.deadlines import Count, counts, deadline_of
from dossiers.instants import LegalInstant, local
from dossiers.limits import Counting, LimitUnit, TimeLimit
from dossiers.passages import Passage, passages
from dossiers.stops import Restart, Stop
from dossiers.values import Value

CIVIL_CODE = "Bộ luật Dân sự 2015, Điều 147–148"
LABOUR_CODE = "Bộ luật Lao động 2019, Điều 111–112"
RESTART_RULE = "NĐ 61/2018/NĐ-CP, Điều 19.4"


class StopEffect(StrEnum):
    """What a stop did to the limit in the end."""

    TAKEN = "taken"
    FORGOTTEN = "forgotten"  # by a later restart
    NONE = "none"  # it has no length, or began when the limit was already over


class StopAccount(Value):
    """A stop and its effect."""

    stop: Stop
    effect: StopEffect


class Explanation(Value):
    """The arithmetic of one deadline."""

    calendar: str
    received: LegalInstant
    limit: TimeLimit
    counting: Counting
    cutoff: time | None
    due: LegalInstant | None
    remaining: Remaining | None
    #: In what the amounts of the passages are expressed.
    unit: RemainingUnit
    #: The receipt that counts in the end, after restarts; None while the last of them is open.
    counted_from: LegalInstant | None
    #: The limit with its extensions.
    counted_limit: TimeLimit
    passages: tuple[Passage, ...]
    stops: tuple[StopAccount, ...]
    provisional_years: tuple[int, ...]
    unverified_years: tuple[int, ...]
    basis: tuple[str, ...]


def explain(
    calendar: WorkCalendar,
    received: datetime,
    limit: TimeLimit,
    counting: Counting = Counting.PROMISE,
    cutoff: time | None = None,
    stops: Sequence[Stop] = (),
    basis: Sequence[str] = (),
) -> Explanation:
    """The deadline of a limit with its reasons; ``basis`` is what the procedure itself cites."""
    require_unit(limit, counting)
    received = local(received)
    line = line_of(calendar.index, limit.unit, counting, cutoff)
    run = list(counts(line, received, limit, counting, stops))
    count = run[-1][1] if run else Count(received, limit)
    found = deadline_of(line, count)
    end = found.due or (count.pauses[-1].start if count.pauses else None)
    told = passages(calendar, line, count, end) if end is not None else ()
    years = [passage.first.year for passage in told] + [passage.last.year for passage in told]
    return Explanation(
        calendar=calendar.version,
        received=received,
        limit=limit,
        counting=counting,
        cutoff=cutoff,
        due=found.due,
        remaining=found.remaining,
        unit=line.unit,
        counted_from=count.received,
        counted_limit=count.limit,
        passages=told,
        stops=_accounts(run, Count(received, limit)),
        provisional_years=tuple(year for year in calendar.provisional_years if year in years),
        unverified_years=tuple(year for year in calendar.unverified_years if year in years),
        basis=_basis(limit, counting, stops, basis),
    )


def _accounts(run: Sequence[tuple[Stop, Count]], before: Count) -> tuple[StopAccount, ...]:
    accounts: list[StopAccount] = []
    for stop, count in run:
        if isinstance(stop.policy, Restart) and count != before:
            accounts = [_forgotten(account) for account in accounts]
        accounts.append(StopAccount(stop=stop, effect=StopEffect.NONE if count == before else StopEffect.TAKEN))
        before = count
    return tuple(accounts)


def _forgotten(account: StopAccount) -> StopAccount:
    if account.effect is StopEffect.NONE:
        return account
    return account.model_copy(update={"effect": StopEffect.FORGOTTEN})


def _basis(limit: TimeLimit, counting: Counting, stops: Sequence[Stop], given: Sequence[str]) -> tuple[str, ...]:
    cited = [*given]
    if limit.unit is not LimitUnit.HOUR:
        cited.append(LABOUR_CODE)
    if counting is Counting.PROMISE:
        cited.append(CIVIL_CODE)
    if any(isinstance(stop.policy, Restart) for stop in stops):
        cited.append(RESTART_RULE)
    cited.extend(stop.basis for stop in stops if stop.basis)
    return tuple(dict.fromkeys(cited))
