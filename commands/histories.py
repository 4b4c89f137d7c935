"""A dossier's history as Temporal keeps it: every run of its workflow, and the archive once Temporal may forget it.

A run is kept in Temporal's own JSON form, which its tools and the replayer read.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from google.protobuf.json_format import MessageToDict
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import GetWorkflowExecutionHistoryRequest
from temporalio.client import Client, WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.service import RPCError

from commands.absence import says_absent
from dossiers.values import Value
from store.database import Database
from store.histories import read_histories
from workflows.addresses import dossier_workflow_id

_ANSWER_WITHIN = timedelta(seconds=10)
#: Temporal keeps no more runs apart than a dossier of many years makes.
_RUNS_MAX = 200


class Run(Value):
    """One run of a dossier's workflow."""

    run_id: str
    history: dict[str, Any]
    is_archived: bool

    @property
    def events(self) -> list[dict[str, Any]]:
        """Its events in Temporal's JSON form."""
        events: list[dict[str, Any]] = self.history.get("events", [])
        return events


async def read_runs(dossier: UUID, database: Database, client: Client) -> tuple[Run, ...]:
    """Every run, the oldest first; from the archive if it is there. None if nobody has it. Raises `RPCError`."""
    async with database.transaction() as tx:
        kept = await read_histories(tx, dossier)
    if kept:
        return tuple(Run(run_id=one.run_id, history=one.history, is_archived=True) for one in kept)
    latest = await _describe(dossier, client)
    return () if latest is None else await runs_in_temporal(dossier, latest.run_id, client)


async def closed_runs(dossier: UUID, client: Client) -> tuple[Run, ...] | None:
    """Every run once the last one has ended; None while it goes on, nothing if Temporal does not know the dossier."""
    latest = await _describe(dossier, client)
    if latest is None:
        return ()
    if latest.status is WorkflowExecutionStatus.RUNNING:
        return None
    return await runs_in_temporal(dossier, latest.run_id, client)


async def runs_in_temporal(dossier: UUID, latest: str, client: Client) -> tuple[Run, ...]:
    """The latest run and all before it: those it continued, and those that were ended to be restored."""
    workflow = dossier_workflow_id(dossier)
    listed = client.list_workflows(f'WorkflowId = "{workflow}"', limit=_RUNS_MAX)
    started = sorted([(one.start_time, one.run_id) async for one in listed])
    run_ids = [run_id for _, run_id in started if run_id != latest]
    return tuple([await _run(workflow, run_id, client) for run_id in (*run_ids, latest)])


async def _describe(dossier: UUID, client: Client) -> WorkflowExecutionDescription | None:
    try:
        return await client.get_workflow_handle(dossier_workflow_id(dossier)).describe(rpc_timeout=_ANSWER_WITHIN)
    except RPCError as error:
        if says_absent(error):
            return None
        raise


async def _run(workflow: str, run_id: str, client: Client) -> Run:
    events: list[dict[str, Any]] = []
    token = b""
    while True:
        answer = await client.workflow_service.get_workflow_execution_history(
            GetWorkflowExecutionHistoryRequest(
                namespace=client.namespace,
                execution=WorkflowExecution(workflow_id=workflow, run_id=run_id),
                next_page_token=token,
            ),
            timeout=_ANSWER_WITHIN,
        )
        events += MessageToDict(answer.history).get("events", [])
        token = answer.next_page_token
        if not token:
            return Run(run_id=run_id, history={"events": events}, is_archived=False)
