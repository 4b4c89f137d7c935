"""Where things are in Temporal: queues, names and identities, made here and nowhere else."""

from uuid import UUID

#: The wire name of the workflow.
DOSSIER = "Dossier"
#: The query that answers with the folded state.
STATE = "state"

_PREFIX = "dossier:"


def dossier_workflow_id(dossier: UUID) -> str:
    """The workflow that carries the dossier."""
    return f"{_PREFIX}{dossier}"


def dossier_of(workflow_id: str) -> UUID:
    """The dossier that the workflow carries; ValueError for any other workflow."""
    if not workflow_id.startswith(_PREFIX):
        message = f"{workflow_id!r} carries no dossier"
        raise ValueError(message)
    return UUID(workflow_id.removeprefix(_PREFIX))


def activity_queue(task_queue: str) -> str:
    """Activities have workers of their own, so a slow effect never delays an act."""
    return f"{task_queue}-activities"


def line_queue(task_queue: str, line: str) -> str:
    """Messages to one agency's system wait for no other agency's."""
    return f"{task_queue}-line-{line}"
