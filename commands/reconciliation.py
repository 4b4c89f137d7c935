"""Comparing what should be one truth: the workflow's state, the fold of the journal, the projections, the inbox.

A difference may be an act on its way, so a dossier that differs is looked at again before it is reported.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from itertools import groupby
from typing import assert_never
from uuid import UUID

from temporalio.client import Client, WorkflowExecutionStatus, WorkflowQueryFailedError, WorkflowQueryRejectedError
from temporalio.service import RPCError

from commands.absence import says_absent
from commands.bundles import in_bundle
from commands.finding import Finding
from dossiers.events import Record
from dossiers.evolve import fold
from dossiers.state import DossierState
from dossiers.values import DossierNumber, Value
from store.database import Database
from store.journal import read_journal
from store.register import DossierFilter, list_dossiers
from store.verification import verify
from workflows.addresses import STATE, dossier_workflow_id

#: How often a dossier that differs is looked at, and how long after each look: longer than a flush or a resend takes.
LOOKS = 6
PAUSE = timedelta(seconds=3)
#: How long a workflow may take to say how it stands.
ANSWER_WITHIN = timedelta(seconds=10)

_AT_ONCE = 4
_PAGE = 500

_LIVES = (WorkflowExecutionStatus.RUNNING, WorkflowExecutionStatus.COMPLETED)


class Look(Value):
    """One dossier, looked at to the end."""

    dossier: UUID
    number: DossierNumber
    findings: tuple[Finding, ...]


class Reconciliation:
    """Compares every dossier; nothing is changed."""

    def __init__(
        self,
        database: Database,
        client: Client,
        *,
        looks: int = LOOKS,
        pause: timedelta = PAUSE,
        answer_within: timedelta = ANSWER_WITHIN,
    ) -> None:
        self._answer_within = answer_within
        self._database = database
        self._client = client
        self._looks = looks
        self._pause = pause
        self._at_once = asyncio.Semaphore(_AT_ONCE)

    async def count(self) -> int:
        """How many dossiers there are to look at."""
        return sum([1 async for _ in self._dossiers()])

    async def run(self) -> AsyncIterator[Look]:
        """Every dossier with what was found wrong with it, in the order in which they are done."""
        looks = [self.look(dossier, number) async for dossier, number in self._dossiers()]
        for look in asyncio.as_completed(looks):
            yield await look

    async def look(self, dossier: UUID, number: DossierNumber) -> Look:
        """What is wrong with one dossier, after giving acts on their way the time to arrive."""
        findings: tuple[Finding, ...] = ()
        for remaining in reversed(range(self._looks)):
            async with self._at_once:
                findings = await self._findings(dossier, number)
            if not findings or not remaining:
                break
            await asyncio.sleep(self._pause.total_seconds())
        return Look(dossier=dossier, number=number, findings=findings)

    async def _dossiers(self) -> AsyncIterator[tuple[UUID, DossierNumber]]:
        cursor: str | None = None
        while True:
            async with self._database.transaction() as tx:
                page = await list_dossiers(tx, DossierFilter(), cursor, limit=_PAGE)
            for row in page.items:
                yield row.id, row.number
            cursor = page.next
            if cursor is None:
                return

    async def _findings(self, dossier: UUID, number: DossierNumber) -> tuple[Finding, ...]:
        workflow = await self._workflow(dossier)
        async with self._database.transaction() as tx:
            journal = await read_journal(tx, dossier)
            differences = await verify(tx, dossier)
            apart = await in_bundle(tx, fold(journal))
        # A journal with a hole folds to nothing that could be compared.
        found = _gaps(dossier, journal) or [
            *_in_projections(dossier, differences),
            *_applied_twice(dossier, journal),
            *_in_workflow(dossier, workflow, journal),
            *apart,
        ]
        return tuple(one.model_copy(update={"number": number}) for one in found)

    async def _workflow(self, dossier: UUID) -> "Told | NoState":
        handle = self._client.get_workflow_handle(dossier_workflow_id(dossier))
        try:
            described = await handle.describe(rpc_timeout=self._answer_within)
            if described.status is not None and described.status not in _LIVES:
                return NoState(code="workflow-ended", why=described.status.name)
            state: DossierState = await handle.query(STATE, result_type=DossierState, rpc_timeout=self._answer_within)
        except (WorkflowQueryFailedError, WorkflowQueryRejectedError) as error:
            return NoState(code="workflow-silent", why=str(error))
        except RPCError as error:
            code = "workflow-missing" if says_absent(error) else "workflow-silent"
            return NoState(code=code, why=f"{error.status.name}: {error.message}")
        return Told(state=state, is_running=described.status is WorkflowExecutionStatus.RUNNING)


class Told(Value):
    """What a workflow says of its dossier, and whether it goes on."""

    state: DossierState
    is_running: bool


class NoState(Value):
    """Why a workflow does not say how its dossier stands."""

    code: str
    why: str


def _in_projections(dossier: UUID, differences: Sequence[str]) -> list[Finding]:
    """Differences inside the store: what `rebuild` mends, and what it does not."""
    return [
        Finding(
            code="command-differs" if difference.startswith("command ") else "projection-differs",
            dossier=dossier,
            detail=difference,
            remedy=f"lienthong dossier rebuild {dossier}",
        )
        for difference in differences
    ]


def _gaps(dossier: UUID, journal: Sequence[Record]) -> list[Finding]:
    there = [record.sequence for record in journal]
    absent = [sequence for sequence in range(1, max(there, default=0)) if sequence not in there]
    if not absent:
        return []
    remedy = "Nhật ký bị mất sự kiện: dừng hệ thống và khôi phục cơ sở dữ liệu từ bản sao lưu."
    return [Finding(code="journal-gap", dossier=dossier, detail=f"Thiếu số {absent}.", remedy=remedy)]


def _applied_twice(dossier: UUID, journal: Sequence[Record]) -> list[Finding]:
    """An act's events stand together, so a command that is found in two places was applied twice."""
    places = Counter(cause for cause, _ in groupby(record.cause for record in journal) if ":" not in cause)
    remedy = "Giữ nguyên dữ liệu và báo nhóm phát triển: không lệnh nào được áp dụng hai lần."
    return [
        Finding(code="applied-twice", dossier=dossier, detail=f"Yêu cầu {cause}, {times} lần.", remedy=remedy)
        for cause, times in places.items()
        if times > 1
    ]


def _in_workflow(dossier: UUID, workflow: Told | NoState, journal: Sequence[Record]) -> list[Finding]:
    folded = fold(journal)
    match workflow:
        case NoState(code="workflow-silent"):
            remedy = "Xem worker có chạy không (`lienthong doctor`), rồi nhật ký của worker."
            return [Finding(code=workflow.code, dossier=dossier, detail=workflow.why, remedy=remedy)]
        case NoState() if folded.status.is_closed:
            return []  # what is closed needs no workflow any more, and Temporal forgets it
        case NoState() if not journal:
            # Its filing is pending, and starts the workflow again; `doctor` tells if nobody sends it.
            return []
        case NoState():
            detail = f"Temporal: {workflow.why}; nhật ký đến số {folded.sequence}."
            remedy = f"lienthong dossier rehydrate {dossier}"
            return [Finding(code=workflow.code, dossier=dossier, detail=detail, remedy=remedy)]
        case Told() if workflow.state != folded:
            return [_different(dossier, workflow.state, folded)]
        case Told(is_running=True) if folded.status.is_closed:
            # It ends when it knows that its last events are in the journal; their activity does not succeed.
            remedy = "Xem worker của hoạt động có chạy không (`lienthong doctor`) và nhật ký của nó."
            detail = "Hồ sơ đã kết thúc mà quy trình chưa kết thúc."
            return [Finding(code="workflow-lingers", dossier=dossier, detail=detail, remedy=remedy)]
        case Told():
            return []
        case _:
            assert_never(workflow)


def _different(dossier: UUID, workflow: DossierState, folded: DossierState) -> Finding:
    if workflow.sequence > folded.sequence:
        code, remedy = "journal-behind", "Có sự kiện chưa ghi nhật ký: xem worker có chạy không; sự kiện sẽ được ghi."
    elif workflow.sequence < folded.sequence:
        code, remedy = "workflow-behind", f"lienthong dossier rehydrate {dossier}"
    else:
        code, remedy = "state-differs", f"lienthong dossier rehydrate --force {dossier}"
    detail = f"Quy trình đến số {workflow.sequence}, nhật ký đến số {folded.sequence}."
    return Finding(code=code, dossier=dossier, detail=detail, remedy=remedy)
