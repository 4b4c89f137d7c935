"""What is asked of a line without a workflow: to send a message again, under its own identity, or what it holds."""

from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from temporalio.client import Client
from temporalio.common import ActivityIDConflictPolicy, ActivityIDReusePolicy, RetryPolicy

from activities.messages import COMPARE, DISPATCH, Compare, Dispatch, Dispatched
from dossiers.drift import Standing
from dossiers.identity import dispatch_id
from dossiers.values import AgencyCode, Value
from workflows.addresses import line_queue

_ATTEMPT = timedelta(seconds=60)
A = TypeVar("A")


async def send_again(client: Client, task_queue: str, dossier: UUID, line: AgencyCode, event: int) -> str:
    """Try once, now; the digest that was signed for. Raises `ActivityFailureError`."""
    asked = Dispatch(dossier=dossier, line=line, event=event)
    identity = f"dispatch:{dispatch_id(dossier, line, event)}"
    return (await _once(client, DISPATCH, asked, Dispatched, identity, line_queue(task_queue, line))).digest


async def compare(client: Client, task_queue: str, dossier: UUID, line: AgencyCode) -> Standing:
    """Ask once, now, what the other side holds. Raises `ActivityFailureError`."""
    asked, identity = Compare(dossier=dossier, line=line), f"compare:{line}/{dossier}"
    return await _once(client, COMPARE, asked, Standing, identity, line_queue(task_queue, line))


async def _once(client: Client, activity: str, asked: Value, answer: type[A], identity: str, queue: str) -> A:
    """Whoever asks for the same meanwhile hears the same answer."""
    answered: A = await client.execute_activity(
        activity,
        asked,
        result_type=answer,
        id=identity,
        task_queue=queue,
        start_to_close_timeout=_ATTEMPT,
        schedule_to_close_timeout=_ATTEMPT * 2,
        retry_policy=RetryPolicy(maximum_attempts=1),
        id_conflict_policy=ActivityIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=ActivityIDReusePolicy.ALLOW_DUPLICATE,
    )
    return answered
