"""What is asked of a line without a workflow: to send a message again, under its own identity, or what it holds."""

from datetime import timedelta
from uuid import UUID

from temporalio.client import Client
from temporalio.common import ActivityIDConflictPolicy, ActivityIDReusePolicy, RetryPolicy

from activities.messages import COMPARE, DISPATCH, Compare, Dispatch, Dispatched
from dossiers.drift import Standing
from dossiers.identity import dispatch_id
from dossiers.values import AgencyCode
from workflows.addresses import line_queue

_ATTEMPT = timedelta(seconds=60)


async def send_again(client: Client, task_queue: str, dossier: UUID, line: AgencyCode, event: int) -> str:
    """Try once, now; the digest that was signed for. Raises `ActivityFailureError`."""
    dispatched: Dispatched = await client.execute_activity(
        DISPATCH,
        Dispatch(dossier=dossier, line=line, event=event),
        result_type=Dispatched,
        id=f"dispatch:{dispatch_id(dossier, line, event)}",
        task_queue=line_queue(task_queue, line),
        start_to_close_timeout=_ATTEMPT,
        schedule_to_close_timeout=_ATTEMPT * 2,
        retry_policy=RetryPolicy(maximum_attempts=1),
        id_conflict_policy=ActivityIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=ActivityIDReusePolicy.ALLOW_DUPLICATE,
    )
    return dispatched.digest


async def compare(client: Client, task_queue: str, dossier: UUID, line: AgencyCode) -> Standing:
    """Ask once, now, what the other side holds. Raises `ActivityFailureError`."""
    standing: Standing = await client.execute_activity(
        COMPARE,
        Compare(dossier=dossier, line=line),
        result_type=Standing,
        id=f"compare:{line}/{dossier}",
        task_queue=line_queue(task_queue, line),
        start_to_close_timeout=_ATTEMPT,
        schedule_to_close_timeout=_ATTEMPT * 2,
        retry_policy=RetryPolicy(maximum_attempts=1),
        id_conflict_policy=ActivityIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=ActivityIDReusePolicy.ALLOW_DUPLICATE,
    )
    return standing
