"""Restoring a dossier's workflow from its journal, after Temporal lost commits that the journal still has.

The journal is the event store: its fold is the state, and the newest commands it names are remembered, so what is
resent is not applied again.
"""

from uuid import UUID

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from commands.pinning import Catalogue
from dossiers.commands import FileDossier
from dossiers.evolve import fold
from store.database import Database
from store.journal import read_journal
from store.register import read_clock
from workflows.addresses import DOSSIER, dossier_workflow_id
from workflows.messages import Carried, DossierStart
from workflows.options import REMEMBERED_COMMANDS, WORKFLOW_TASK_TIMEOUT


class NothingToRestore(Exception):
    """The journal has no events of this dossier."""

    code = "nothing-to-restore"


async def rehydrate(dossier: UUID, *, database: Database, client: Client, catalogue: Catalogue, task_queue: str) -> int:
    """Start the workflow anew from the journal, ending the one that fell behind; the sequence it stands at."""
    async with database.transaction() as tx:
        journal = await read_journal(tx, dossier)
        clock = await read_clock(tx, dossier)
    state = fold(journal)
    if state.filed is None or state.filed_at is None:
        raise NothingToRestore(str(dossier))
    filing = FileDossier.model_validate(state.filed.model_dump(exclude={"kind"}))
    causes = tuple(dict.fromkeys(record.cause for record in journal if record.actor is not None))
    await client.start_workflow(
        DOSSIER,
        DossierStart(
            dossier=dossier,
            rulebook=await catalogue.rulebook(filing, state.filed_at.date()),
            clock=clock,
            carried=Carried(state=state, applied=causes[-REMEMBERED_COMMANDS:]),
        ),
        id=dossier_workflow_id(dossier),
        task_queue=task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.TERMINATE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        task_timeout=WORKFLOW_TASK_TIMEOUT,
    )
    return state.sequence
