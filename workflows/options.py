"""Time-outs and retries, named by what is on the other side."""

from dataclasses import dataclass
from datetime import timedelta

from temporalio.common import RetryPolicy


@dataclass(frozen=True)
class CallOptions:
    """How patiently something is called."""

    start_to_close_timeout: timedelta
    retry_policy: RetryPolicy


#: Our own database: short calls, tried for ever, because what was decided must be recorded.
DATABASE = CallOptions(
    start_to_close_timeout=timedelta(seconds=20),
    retry_policy=RetryPolicy(
        initial_interval=timedelta(milliseconds=200), backoff_coefficient=2.0, maximum_interval=timedelta(seconds=15)
    ),
)

#: A flush that somebody ended for good, by hand, is taken up again after this.
FLUSH_AGAIN_AFTER = timedelta(minutes=1)

#: A killed worker then holds an act for three or four seconds instead of ten and more.
WORKFLOW_TASK_TIMEOUT = timedelta(seconds=3)
STICKY_TIMEOUT = timedelta(seconds=3)

#: Beyond this a cold replay costs a tenth of a second; hardly any dossier gets there.
HISTORY_SOFT_LIMIT = 450
#: The applied commands that a run remembers beyond those still unjournalled.
REMEMBERED_COMMANDS = 64
