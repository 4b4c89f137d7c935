"""Judges what is left after a run: the callers' log, the stores and the workflows must tell one story.

It shares nothing with the harness that made the run. Every finding is a sentence; none is how it should be.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import asyncpg
from temporalio.client import Client, WorkflowExecutionStatus

from bootstrap import DATA_CONVERTER
from commands.reconciliation import Reconciliation
from dossiers.events import EscalationLifted, Record, RungReached
from dossiers.identity import command_id, dossier_id
from store.database import Database
from store.journal import read_journal
from tests.support.chaos_log import Answered, AnyLine, Invoked, Killed, lines_of
from workflows.addresses import dossier_workflow_id

CLOSED = ("returned", "withdrawn", "refused_at_intake")
#: What may happen once in a dossier's life.
_ONCE = ("dossier.filed", "dossier.accepted", "dossier.refused", "dossier.withdrawn", "result.returned")
#: What ends a task, so happens to it once.
_ENDS_TASK = ("task.completed", "task.cancelled", "hand_over.accepted", "hand_over.refused", "consultation.answered")
#: How often, a second apart, a workflow is looked at that ought to have ended: longer than a retry of a flush waits.
_LOOKS = 25

Journals = Mapping[UUID, Sequence[Record]]


class Request(NamedTuple):
    """All attempts of one caller under one key: one wish."""

    who: str
    path: str
    key: str


class Command(NamedTuple):
    """An inbox row, as much as is judged."""

    id: UUID
    dossier: UUID
    state: str


class Judgement(NamedTuple):
    """What was wrong, and how much was looked at."""

    findings: tuple[str, ...]
    dossiers: int
    events: int
    commands: int
    requests: int
    kills: int
    #: Kills during which at least one request was on its way.
    interrupting: int
    repeated: int


async def judge(log: Path, database_url: str, temporal_address: str) -> Judgement:
    """Everything that can be said when all is quiet."""
    lines = tuple(lines_of(log))
    requests = _requests(lines)
    client = await Client.connect(temporal_address, data_converter=DATA_CONVERTER)
    database = await Database.connect(database_url, application="checker", connections=4)
    connection = await asyncpg.connect(database_url)
    try:
        rows = await connection.fetch("SELECT id, status FROM dossier ORDER BY id")
        inbox = [Command(*row) for row in await connection.fetch("SELECT id, dossier, state FROM command_inbox")]
        alarms = await connection.fetch("SELECT kind, dossier, particulars FROM alarm")
        journals: dict[UUID, Sequence[Record]] = {}
        for row in rows:
            async with database.transaction() as tx:
                journals[row["id"]] = await read_journal(tx, row["id"])
        findings = [
            *(
                f"dossier {row['id']} has not reached its end: {row['status']}"
                for row in rows
                if row["status"] not in CLOSED
            ),
            *(f"alarm {row['kind']} on {row['dossier']}: {row['particulars']}" for row in alarms),
            *_about_journals(journals),
            *_about_inbox(inbox, journals),
            *_about_answers(requests, inbox, journals),
        ]
        findings += await _about_ends(client, [row["id"] for row in rows if row["status"] in CLOSED])
        async for look in Reconciliation(database, client).run():
            findings += [f"{one.code} {one.dossier}: {one.detail}" for one in look.findings]
    finally:
        await connection.close()
        await database.close()
    kills = [line for line in lines if isinstance(line, Killed)]
    return Judgement(
        findings=tuple(findings),
        dossiers=len(rows),
        events=sum(len(one) for one in journals.values()),
        commands=len(inbox),
        requests=len(requests),
        kills=len(kills),
        interrupting=sum(1 for kill in kills if _in_flight(lines, kill.at)),
        repeated=sum(max(0, len(answers) - 1) for answers in requests.values()),
    )


async def _about_ends(client: Client, closed: Sequence[UUID]) -> list[str]:
    """A closed dossier's workflow ends by itself, once its last events are in the journal."""
    waiting = list(closed)
    for _ in range(_LOOKS):
        described = {one: await client.get_workflow_handle(dossier_workflow_id(one)).describe() for one in waiting}
        waiting = [one for one in waiting if described[one].status is not WorkflowExecutionStatus.COMPLETED]
        if not waiting:
            break
        await asyncio.sleep(1)
    return [f"workflow of {one}, which is closed, has not ended" for one in waiting]


def _requests(lines: Sequence[AnyLine]) -> dict[Request, list[Answered]]:
    """Every wish with its answers; an attempt whose answer was never written down has an unknown one."""
    answers = {line.attempt: line for line in lines if isinstance(line, Answered)}
    requests: dict[Request, list[Answered]] = defaultdict(list)
    for line in lines:
        if isinstance(line, Invoked):
            unknown = Answered(at=line.at, attempt=line.attempt, verdict="unknown")
            requests[Request(line.who, line.path, line.key)].append(answers.get(line.attempt, unknown))
    return requests


def _in_flight(lines: Sequence[AnyLine], at: float) -> int:
    begun = {line.attempt for line in lines if isinstance(line, Invoked) and line.at <= at}
    return len(begun - {line.attempt for line in lines if isinstance(line, Answered) and line.at <= at})


def _about_journals(journals: Journals) -> Iterator[str]:
    for dossier, journal in journals.items():
        if [one.sequence for one in journal] != list(range(1, len(journal) + 1)):
            yield f"journal of {dossier} has a gap"
        causes = Counter(cause for cause, _ in groupby(one.cause for one in journal) if ":" not in cause)
        yield from (f"command {cause} was applied {n} times to {dossier}" for cause, n in causes.items() if n > 1)
        kinds = Counter[str](one.event.kind for one in journal)
        yield from (f"{kind} happened {kinds[kind]} times to {dossier}" for kind in _ONCE if kinds[kind] > 1)
        ended = Counter(getattr(one.event, "task", "") for one in journal if one.event.kind in _ENDS_TASK)
        yield from (f"task {task} of {dossier} ended {n} times" for task, n in ended.items() if n > 1)
        yield from _about_rungs(dossier, journal)


def _about_rungs(dossier: UUID, journal: Sequence[Record]) -> Iterator[str]:
    standing: Counter[tuple[str, int, str]] = Counter()
    for record in journal:
        match record.event:
            case RungReached() as rung:
                standing[rung.subject, rung.term, rung.rung] += 1
                if standing[rung.subject, rung.term, rung.rung] > 1:
                    yield f"rung {rung.rung} of {rung.subject} fired again on {dossier}"
                if record.occurred_at != rung.due_at or record.recorded_at < rung.due_at:
                    yield f"rung {rung.rung} of {rung.subject} of {dossier} fired early"
            case EscalationLifted() as lifted:
                for key in list(standing):
                    if key[0] == lifted.subject and key[2] in lifted.rungs:
                        del standing[key]


def _about_inbox(inbox: Iterable[Command], journals: Journals) -> Iterator[str]:
    caused = {(dossier, one.cause) for dossier, journal in journals.items() for one in journal}
    for command in inbox:
        is_applied = (command.dossier, str(command.id)) in caused
        match command.state:
            case "pending":
                yield f"command {command.id} is still pending"
            case "done" if not is_applied:
                yield f"command {command.id} is done and caused nothing"
            case "refused" if is_applied:
                yield f"command {command.id} was refused and has events"
    known = {(command.dossier, str(command.id)) for command in inbox}
    for dossier, cause in sorted(caused - known, key=str):
        if ":" not in cause:
            yield f"event of {dossier} was caused by {cause}, which is no command"


def _about_answers(
    requests: Mapping[Request, Sequence[Answered]], inbox: Sequence[Command], journals: Journals
) -> Iterator[str]:
    """What callers were told is so; and what no caller wished has not happened."""
    told_of: set[UUID] = set()
    wished = {UUID(_cause(request, dossier)) for request in requests for dossier in journals}
    known = {command.id for command in inbox}
    for request, answers in requests.items():
        told = [one for one in answers if one.verdict == "ok"]
        told_of |= {UUID(one.command) for one in answers if one.command}
        yield from _about_told(request, told, journals)
        if all(one.verdict == "unknown" for one in answers):
            yield f"{request} never got an answer"
        if answers and all(one.verdict == "fail" for one in answers):
            effects = [d for d, journal in journals.items() for one in journal if one.cause == _cause(request, d)]
            yield from (f"{request} was refused and changed {one}" for one in dict.fromkeys(effects))
    filings = [request for request in requests if request.path == "/v1/dossiers"]
    filed = {dossier_id(request.who, request.key) for request in filings}
    wished |= {command_id(dossier_id(one.who, one.key), one.key) for one in filings}
    yield from (f"dossier {one} was filed by nobody" for one in journals if one not in filed)
    yield from (f"command {one} was told to a caller and is not in the inbox" for one in told_of - known)
    yield from (f"command {one} is in the inbox and nobody's wish" for one in known - wished)


def _about_told(request: Request, told: Sequence[Answered], journals: Journals) -> Iterator[str]:
    for answer in told:
        journal = journals.get(UUID(answer.dossier), ())
        events = tuple(one.sequence for one in journal if one.cause == answer.command)
        if not events or events != answer.events:
            yield f"{request} was told events {answer.events}, the journal has {events}"
    if len({(one.dossier, one.command) for one in told}) > 1:
        yield f"{request} was carried out as several commands"


def _cause(request: Request, dossier: UUID) -> str:
    return str(command_id(dossier, f"{request.who}/{request.key}"))
