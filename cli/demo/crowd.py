"""The everyday dossiers around the stories: from so many of each kind to who files what, where, when and how.

A pure plan: the same data and the same stories give the same dossiers, on every machine. Channels are drawn so that
every level of government has its share of what is filed online.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import count
from pathlib import Path
from random import Random
from typing import NamedTuple

from pydantic import Field

from agencies.calendars import load_calendar
from agencies.directory import SeatVacant, counters, resolve_seats
from agencies.roster import Directory, TerritoryCode
from cli.demo.ground import directory_on, procedures_on, published
from cli.demo.plots import PLOTS, Plot, Setting, latest_filing
from cli.demo.scenario import Ending, Scenario
from dossiers.calendar import WorkCalendar
from dossiers.conditions import FactValue
from dossiers.instants import VIETNAM
from dossiers.limits import TimeLimit
from dossiers.procedure import Channel, Procedure
from dossiers.values import ProcedureCode, UnitCode, Value

SHIPPED_CROWD = Path(__file__).parent / "crowd.yaml"

_POST_EVERY = 6


class Group(Value):
    """So many dossiers of one version of a procedure, by the way they go."""

    procedure: ProcedureCode
    version: int = Field(ge=1)
    season: str
    plots: dict[Plot, int]
    facts: dict[str, FactValue] = {}
    findings: dict[str, FactValue] = {}


class Season(Value):
    """The days on which its dossiers are filed."""

    first: date
    last: date

    def days(self) -> Iterator[date]:
        return (self.first + timedelta(days=count) for count in range((self.last - self.first).days + 1))


class Crowd(Value):
    """All groups."""

    seed: int
    #: How many of a hundred dossiers are filed online, by the level of the procedure.
    online: dict[str, int]
    #: The rungs of shorter terms are not judged.
    tells_apart: TimeLimit
    seasons: dict[str, Season]
    groups: tuple[Group, ...] = Field(min_length=1)


class Spot(NamedTuple):
    """Where a dossier is filed, and where the matter lies when that is elsewhere."""

    counter: UnitCode
    territory: TerritoryCode | None


class Person(NamedTuple):
    """One dossier of the crowd, before its hour is known."""

    name: str
    group: Group
    plot: Plot
    spot: Spot
    channel: Channel


class Overbooked(Exception):
    """More is asked for than there is room for."""


def joined_by(scenario: Scenario, crowd: Crowd) -> Scenario:
    """The scenario with the crowd around its stories. Raises `Unfit` and `Overbooked`."""
    random = Random(crowd.seed)  # noqa: S311  (a plan, not a secret)
    people = _with_channels(tuple(_people(crowd, random)), scenario, crowd, random)
    calendar = load_calendar(scenario.calendar)
    hours = [_filed(one, crowd.seasons[one.group.season], calendar, random) for one in people]
    endings = tuple(_ending(one, filed, scenario, crowd) for one, filed in zip(people, hours, strict=True))
    return scenario.model_copy(update={"endings": (*scenario.endings, *endings)})


@lru_cache(maxsize=64)
def version_of(code: ProcedureCode, version: int) -> Procedure | None:
    """A shipped version; null where there is none."""
    return next((one for one in published() if (one.code, one.version) == (code, version)), None)


def _people(crowd: Crowd, random: Random) -> Iterator[Person]:
    """Counters take turns within a group, so that each has some of everything it may receive."""
    numbers = {plot: count(1) for plot in Plot}
    for group in crowd.groups:
        places = _places(group, crowd)
        turn = random.randrange(len(places))
        for plot, many in group.plots.items():
            for _ in range(many):
                turn += 1
                name = f"{plot}-{next(numbers[plot]):03}"
                yield Person(name, group, plot, places[turn % len(places)], Channel.COUNTER)


def _places(group: Group, crowd: Crowd) -> tuple[Spot, ...]:
    """Every counter that may receive the procedure; where its own place is too wide, for each place within."""
    directory, procedure = directory_on(crowd.seasons[group.season].first), _named(group)
    found: list[Spot] = []
    for seat in counters(directory):
        home = directory.agency(seat.agency).serves[0]
        within = [one.code for one in directory.territories if home in directory.lineage(one.code)[1:]]
        spots = [
            spot for spot in (Spot(seat.unit, to) for to in (None, *within)) if _is_staffed(directory, procedure, spot)
        ]
        found += spots[:1] if spots and spots[0].territory is None else spots
    if not found:
        message = f"không quầy nào nhận thủ tục {group.procedure}"
        raise Overbooked(message)
    return tuple(found)


def _is_staffed(directory: Directory, procedure: Procedure, spot: Spot) -> bool:
    try:
        resolve_seats(directory, procedure, spot.counter, spot.territory)
    except SeatVacant:
        return False
    return True


def _with_channels(people: Sequence[Person], scenario: Scenario, crowd: Crowd, random: Random) -> tuple[Person, ...]:
    """Each level gets its share of online filings, counted over the stories too."""
    chosen: dict[str, Channel] = {}
    for level, share in crowd.online.items():
        told = [one for ending in scenario.endings for one in (ending,) * len(ending.counters)]
        told = [one for one in told if procedures_on(one.filed.date())[one.procedure].level == level]
        mine = [one for one in people if _named(one.group).level == level]
        may = [one for one in mine if Channel.ONLINE in _named(one.group).channels and one.plot is not Plot.ON_THE_SPOT]
        wanted = round((len(told) + len(mine)) * share / 100) - sum(one.channel is Channel.ONLINE for one in told)
        if not 0 <= wanted <= len(may):
            message = f"cấp {level}: cần {wanted} hồ sơ nộp trực tuyến, chỉ có {len(may)} hồ sơ nộp trực tuyến được"
            raise Overbooked(message)
        online = dict.fromkeys((one.name for one in random.sample(may, wanted)), Channel.ONLINE)
        rest = [one for one in mine if one.name not in online]
        chosen |= online
        chosen |= {one.name: _by_hand(one, position) for position, one in enumerate(rest)}
    return tuple(one._replace(channel=chosen[one.name]) for one in people)


def _by_hand(one: Person, position: int) -> Channel:
    by_post = Channel.POST in _named(one.group).channels and one.plot is not Plot.ON_THE_SPOT
    return Channel.POST if by_post and position % _POST_EVERY == 0 else Channel.COUNTER


def _filed(one: Person, season: Season, calendar: WorkCalendar, random: Random) -> datetime:
    """On some day of the season on which that very version is in force, early enough in the day."""
    procedure = _named(one.group)
    days = [day for day in season.days() if calendar.is_working_day(day) and _is_in_force(procedure, day)]
    if not days:
        message = f"{procedure.code} (bản {procedure.version}) không nộp được từ {season.first} đến {season.last}"
        raise Overbooked(message)
    day = random.choice(days)
    opening, latest = calendar.opening(day), datetime.combine(day, latest_filing(one.plot, procedure), VIETNAM)
    return calendar.add_working(opening, random.randrange(calendar.working_seconds(opening, latest)))


def _is_in_force(procedure: Procedure, day: date) -> bool:
    return procedures_on(day).get(procedure.code) is procedure


def _ending(one: Person, filed: datetime, scenario: Scenario, crowd: Crowd) -> Ending:
    group, procedure, directory = one.group, _named(one.group), directory_on(filed.date())
    seats = resolve_seats(directory, procedure, *one.spot)
    setting = Setting(procedure, directory, seats, scenario.calendar, one.channel, filed)
    course = PLOTS[one.plot].course(setting)
    return Ending(
        name=one.name,
        title=PLOTS[one.plot].title,
        plot=one.plot,
        procedure=procedure.code,
        counters=(one.spot.counter,),
        territory=one.spot.territory,
        channel=one.channel,
        filed=filed,
        facts=group.facts,
        findings=group.findings,
        tells_apart=crowd.tells_apart,
        refused=course.refused,
        acts=course.acts,
        expect=course.expect,
    )


def _named(group: Group) -> Procedure:
    found = version_of(group.procedure, group.version)
    assert found is not None, "the rules of the crowd ask for it"
    return found
