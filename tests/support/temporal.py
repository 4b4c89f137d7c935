"""A real Temporal dev server for a test session, where a test may move one workflow's clock."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio.testing import TimeSkippingConfig, WorkflowEnvironment

from bootstrap import DATA_CONVERTER
from embedded import temporal


@asynccontextmanager
async def running_temporal() -> AsyncIterator[WorkflowEnvironment]:
    """Clocks run as usual until ``env.fast_forward(handle, duration)``: skipping by itself would fire
    every timer of a workflow that waits for a person.
    """
    environment = await WorkflowEnvironment.start_time_skipping_v2(
        ts_config=TimeSkippingConfig(enabled=False),
        data_converter=DATA_CONVERTER,
        dev_server_existing_path=temporal.executable(),
        dev_server_extra_args=[*temporal.dynamic_config_arguments()],
        dev_server_log_level="error",
    )
    async with environment:
        yield environment
