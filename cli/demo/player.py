"""Plays a scenario: every officer and applicant as a program that knows nothing but the public API.

Each dossier has a clock of its own that begins when it is filed, and another one is filed whenever the machine has
answered most of what it was asked: so many are played at once as it can serve without an officer having to wait. The
acts of one dossier go in their order. A dossier that goes wrong says so in its own part of the report and disturbs no
other.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from random import Random
from typing import NamedTuple

from pydantic import Field

from agencies.calendars import load_calendar
from cli.demo.cast import Cast, cast_of
from cli.demo.client import Api, Json, Refusal, Unanswered
from cli.demo.findings import Difference, Found, differences, found_in, is_silent, is_task_for, unjudged
from cli.demo.ground import clock_at, directory_on, procedures_on
from cli.demo.outcome import Branch, Outcome, Report
from cli.demo.routine import Way, Work, refusing_move, usual_move
from cli.demo.scenario import CLOSED, Acknowledge, Ending, Perform, Proceed, Scenario, Verb
from dossiers.procedure import Procedure
from dossiers.state import DossierStatus
from dossiers.values import OfficerId, ProcedureCode, UnitCode, Value

PORTAL = OfficerId("demo-portal")
#: How long the player looks again for what ought to come by itself.
_LOOK_AGAIN = 0.5
_PAGE = 200
_FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi")
_MIDDLES = ("Văn", "Thị", "Đức", "Ngọc", "Minh", "Thu")
_NAMES = ("An", "Bình", "Châu", "Dũng", "Giang", "Hà", "Khánh", "Lâm", "Mai", "Sơn")

Say = Callable[[str], None]


class Part(NamedTuple):
    """One dossier to play."""

    ending: Ending
    counter: UnitCode
    turn: int


class Performance(Value):
    """How a scenario is played this time."""

    #: Sets the requests of one run apart from every other's, in the same database too.
    run: str
    copies: int = Field(default=1, ge=1)
    #: Chooses the applicants' names.
    seed: int = 0
    #: For how many seconds an answer, or a change, is waited for.
    patience: float = 30.0


class PlayFailed(Exception):
    """The play could not go on as written."""


def parts_of(scenario: Scenario, copies: int = 1) -> tuple[Part, ...]:
    """Every dossier of the scenario, the whole of it so many times."""
    written = [(ending, counter) for ending in scenario.endings for counter in ending.counters]
    return tuple(Part(ending, counter, turn) for turn in range(copies) for ending, counter in written)


def players(scenario: Scenario, copies: int = 1) -> tuple[OfficerId, ...]:
    """Everybody who needs a key, the portal included."""
    known: dict[OfficerId, None] = {PORTAL: None}
    for part in parts_of(scenario, copies):
        procedure = _procedure(part.ending)
        known.update(dict.fromkeys(_cast(part, procedure).players(procedure, part.ending)))
        for sub in _sub_procedures(part.ending, procedure):
            known.update(dict.fromkeys(_cast(part, sub).players(sub, part.ending)))
    return tuple(known)


async def play(
    scenario: Scenario,
    *,
    api_url: str,
    keys: Mapping[OfficerId, str],
    performance: Performance,
    say: Say = lambda _: None,
) -> Report:
    """Play it all and report what was found."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    async with Api.at(api_url, keys, patience=performance.patience) as api, asyncio.TaskGroup() as group:
        parts = parts_of(scenario, performance.copies)
        tasks: dict[int, asyncio.Task[Outcome]] = {}
        for position in sorted(range(len(parts)), key=lambda position: -_length(parts[position].ending, scenario)):
            await api.calm()
            one = DossierPlay(api, scenario, parts[position], performance, say)
            tasks[position] = group.create_task(one.outcome())
    return Report(
        run=performance.run,
        seconds=round(loop.time() - begun, 1),
        acts=api.acts,
        repeated=api.repeated,
        told=scenario.told,
        outcomes=tuple(tasks[position].result() for position in range(len(parts))),
    )


class DossierPlay:
    """One dossier being played."""

    def __init__(self, api: Api, scenario: Scenario, part: Part, performance: Performance, say: Say) -> None:
        self._api = api
        self._scenario = scenario
        self._ending, self._counter, self._turn = part
        self._procedure = _procedure(part.ending)
        self._cast = _cast(part, self._procedure)
        self._clock = clock_at(
            part.ending.filed, calendar=scenario.calendar, factor=scenario.factor, begins=datetime.now(UTC)
        )
        self._seed = f"{performance.seed}/{part.ending.name}/{part.counter}/{part.turn}"
        self._key = f"{performance.run}/{self._seed}"
        self._patience = performance.patience
        self._say = say
        self._watcher = self._cast.who("supervisor")
        self._acts = 0
        self._dossier = ""
        self._number = ""
        self._status = DossierStatus.NEW
        self._tasks: list[Json] = []
        self._parts: list[Json] = []

    async def outcome(self) -> Outcome:
        """Play the ending and compare; a play that breaks off is one more difference."""
        failure, found, timeline = "", None, None
        try:
            await self._play()
            found, timeline = await self._look()
        except (PlayFailed, Refusal, Unanswered) as broken:
            failure = str(broken)
        wrong = [Difference(what="diễn", expected="trọn vở", found=failure)] if failure else []
        if found is not None:
            wrong += differences(
                self._ending.expect, found, unjudged=unjudged(self._procedure, self._ending.tells_apart)
            )
        self._say(f"{'✓' if not wrong else '✗'} {self._number or '–'} {self._ending.name} ({self._counter})")
        return Outcome(
            ending=self._ending.name,
            plot=self._ending.plot,
            title=self._ending.title,
            procedure=self._procedure.code,
            version=self._procedure.version,
            level=self._procedure.level,
            channel=self._ending.channel,
            agency=self._cast.directory.seat(self._counter).agency,
            counter=self._counter,
            dossier=self._dossier,
            number=self._number,
            found=found,
            differences=tuple(wrong),
            branches=tuple(
                Branch(number=one["number"] or "–", label=one["label"], result=one["result"]) for one in self._parts
            ),
            timeline=tuple(timeline or ()),
        )

    async def _play(self) -> None:
        await self._file()
        for act in self._ending.acts:
            if act.at is not None:
                await self._until(act.at.on(self._clock.calendar, self._ending.filed))
            match act:
                case Proceed():
                    await self._proceed(act)
                case Acknowledge():
                    await self._acknowledge(act)
                case Perform():
                    await self._perform(act)

    async def _file(self) -> None:
        people = Random(self._seed)  # noqa: S311  (invented applicants, the same for the same seed)
        name = " ".join(people.choice(part) for part in (_FAMILIES, _MIDDLES, _NAMES))
        body: Json = {
            "procedure": self._ending.procedure,
            "receiving_unit": self._counter,
            "channel": self._ending.channel,
            "facts": self._ending.facts,
            "components": [one.code for one in self._procedure.components if one.required],
            "applicant": {"full_name": name, "identity_number": f"022{people.randrange(10**9):09d}"},
            "clock": {
                "origin_wall": self._clock.origin_wall.isoformat(),
                "origin": self._clock.origin.isoformat(),
                "factor": self._clock.factor,
            },
        }
        if self._ending.territory is not None:
            body["territory"] = self._ending.territory
        filed = await self._act(self._cast.filer(self._ending), "/v1/dossiers", body)
        self._dossier, self._number = filed["dossier"], filed["number"]
        pinned = {one["event"]["calendar_version"] for one in filed["events"] if one["kind"] == "dossier.filed"}
        if pinned != {self._scenario.calendar}:
            message = f"hồ sơ theo lịch {', '.join(pinned)}, kịch bản viết cho {self._scenario.calendar}"
            raise PlayFailed(message)

    async def _perform(self, act: Perform) -> None:
        who = self._cast.who(act.by)
        body = dict(act.body)
        if "officer" in body:
            body["officer"] = self._cast.who(str(body["officer"]))
        if act.do.is_on_dossier:
            path = f"/v1/dossiers/{self._dossier}/{act.do}"
        else:
            path = f"/v1/tasks/{await self._task(act, who)}/{act.do}"
        try:
            await self._act(who, path, body)
        except Refusal as refused:
            if refused.code != act.refused:
                message = f"{act.by} {act.do} {act.on or ''}: {refused}"
                raise PlayFailed(message) from refused
        else:
            if act.refused is not None:
                message = f"{act.by} {act.do} {act.on or ''} lẽ ra bị từ chối ({act.refused})"
                raise PlayFailed(message)

    async def _task(self, act: Perform, who: OfficerId) -> str:
        assert act.on is not None, "the scenario's rules ask for it"
        async for _ in self._looks(f"việc {act.on} để {act.do}"):
            named = [task for task in self._tasks if is_task_for(act.do, act.on, task["key"])]
            if not named and act.do is Verb.ANSWER:
                # Silence has decided already: the late answer goes to a task that is no longer open.
                page = await self._api.read(who, "/v1/tasks", dossier=self._dossier, state="lapsed", limit=_PAGE)
                named = [task for task in page["items"] if is_task_for(act.do, act.on, task["key"])]
            if named:
                return str(named[-1]["id"])
        raise AssertionError

    async def _acknowledge(self, act: Acknowledge) -> None:
        query: dict[str, str | int] = {"dossier": self._dossier, "waiting": "true", "mine": "true", "limit": _PAGE}
        who = self._cast.who(act.by)
        async for _ in self._looks(f"thông báo {act.subject} {act.rung}"):
            page = await self._api.read(who, "/v1/notices", **query)
            for notice in page["items"]:
                if (notice["subject"], notice["rung"]) == (act.subject, act.rung):
                    await self._act(who, f"/v1/notices/{notice['id']}/acknowledge", {})
                    return

    async def _proceed(self, act: Proceed) -> None:
        while not self._is_reached(act.until):
            async for _ in self._looks(f"bước {act.until} được mở"):
                if self._is_reached(act.until) or await self._did_the_usual():
                    break

    def _is_reached(self, until: str) -> bool:
        if until == CLOSED:
            return self._status.is_closed
        return any(is_task_for(Verb.COMPLETE, until, task["key"]) for task in self._tasks)

    async def _did_the_usual(self) -> bool:
        usual = self._usual(self._procedure, self._tasks, usual_move)
        if usual is not None:
            await self._act(*usual)
            return True
        worked = [await self._worked_on(part) for part in self._parts if part["number"] and not part["closed_at"]]
        return any(worked)

    async def _worked_on(self, part: Json) -> bool:
        """Everybody does what lies before them on a sub-dossier, until nothing does."""
        procedure = procedures_on(self._ending.filed.date())[ProcedureCode(part["procedure"])]
        tasks = (await self._api.read(self._watcher, f"/v1/dossiers/{part['id']}"))["tasks"]
        did = False
        is_refused = part["task"].partition("#")[0] in self._ending.refused
        while (usual := self._usual(procedure, tasks, refusing_move if is_refused else usual_move)) is not None:
            tasks, did = (await self._sent(*usual))["tasks"], True
        return did

    def _usual(self, procedure: Procedure, tasks: Sequence[Json], way: Way) -> tuple[OfficerId, str, Json] | None:
        """Who does what next, of all that lies before officers."""
        for task in tasks:
            if task["state"] != "open" or self._waits(task["key"], tasks):
                continue
            work = Work.of(task)
            move = way(procedure, work, self._ending.findings)
            if move is not None:
                who = task["holder"] or task["assigned"] or self._cast.officer(work.seat, work.role)
                return who, f"/v1/tasks/{task['id']}/{move.verb}", move.body
        return None

    def _waits(self, key: str, tasks: Sequence[Json]) -> bool:
        asked = any(other["key"].startswith(f"{key}/consult-") for other in tasks)
        return asked or is_silent(self._ending.silent, key)

    async def _act(self, who: OfficerId, path: str, body: Json) -> Json:
        done = await self._sent(who, path, body)
        self._status, self._tasks = DossierStatus(done["status"]), done["tasks"]
        return done

    async def _sent(self, who: OfficerId, path: str, body: Json) -> Json:
        self._acts += 1
        return await self._api.act(who, path, body, key=f"{self._key}/{self._acts}")

    async def _looks(self, what: str) -> AsyncIterator[None]:
        """At what is known; then again and again at what the API shows, until patience with no change at all ends."""
        loop = asyncio.get_running_loop()
        yield
        seen, last = None, loop.time()
        while loop.time() < last + self._patience:
            view = await self._api.read(self._watcher, f"/v1/dossiers/{self._dossier}")
            self._status, self._tasks, self._parts = DossierStatus(view["status"]), view["tasks"], view["sub_dossiers"]
            if view["last_sequence"] != seen:
                seen, last = view["last_sequence"], loop.time()
            yield
            await asyncio.sleep(_LOOK_AGAIN)
        message = f"chờ mãi không thấy {what}"
        raise PlayFailed(message)

    async def _look(self) -> tuple[Found, list[Json]]:
        view = await self._api.read(self._watcher, f"/v1/dossiers/{self._dossier}")
        self._parts = view["sub_dossiers"]
        rungs = await self._api.read(
            self._watcher, "/v1/escalations", dossier=self._dossier, stands="true", limit=_PAGE
        )
        timeline = await self._api.read(self._watcher, f"/v1/dossiers/{self._dossier}/timeline")
        return found_in(view, rungs["items"], timeline["events"]), timeline["events"]

    async def _until(self, instant: datetime) -> None:
        left = (self._clock.wall_time(instant) - datetime.now(UTC)).total_seconds()
        await asyncio.sleep(max(0.0, left))


def _procedure(ending: Ending) -> Procedure:
    return procedures_on(ending.filed.date())[ending.procedure]


def _sub_procedures(ending: Ending, procedure: Procedure) -> Iterator[Procedure]:
    of_the_day = procedures_on(ending.filed.date())
    return (of_the_day[step.sub_dossier.procedure] for step in procedure.steps if step.sub_dossier is not None)


def _cast(part: Part, procedure: Procedure) -> Cast:
    directory = directory_on(part.ending.filed.date())
    return cast_of(directory, procedure, part.ending, part.counter, citizen=PORTAL, turn=part.turn)


def _length(ending: Ending, scenario: Scenario) -> int:
    """Working seconds from filing to the last instant that is named: who takes longest begins first."""
    calendar = load_calendar(scenario.calendar)
    named = (act.at.on(calendar, ending.filed) for act in ending.acts if act.at is not None)
    return calendar.working_seconds(ending.filed, max(named, default=ending.filed))
