"""Sending on a parked message of a dossier that has ended: the same activity, the same identity, no workflow."""

from datetime import timedelta
from uuid import UUID

from temporalio.client import Client
from temporalio.common import ActivityIDConflictPolicy, ActivityIDReusePolicy, RetryPolicy

from activities.messages import DISPATCH, Dispatch, Dispatched
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
