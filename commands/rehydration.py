"""Restoring a dossier's workflow from its journal, after Temporal lost commits that the journal still has.

The journal is the event store: its fold is the state, and the newest commands it names are remembered, so what is
resent is not applied again. What the old workflow decided and nobody journalled was never answered for; it is decided
again, by the timer or by the command that is still PENDING.
"""

from uuid import UUID

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from commands.delivery import WORKFLOW_MISSING
from commands.pinning import Catalogue
from dossiers.bundles import letters
from dossiers.commands import FileDossier
from dossiers.errors import JournalAhead
from dossiers.events import Record
from dossiers.evolve import fold
from dossiers.fast_clock import FastClock
from dossiers.state import DossierState
from store.alarms import settle_alarms
from store.database import Database
from store.errors import JournalConflict, JournalGap
from store.journal import last_sequence, read_journal
from store.register import read_clock
from workflows.addresses import DOSSIER, dossier_workflow_id
from workflows.messages import Carried, DossierStart
from workflows.options import REMEMBERED_COMMANDS, WORKFLOW_TASK_TIMEOUT

#: What a workflow restored from its journal has no more reason to be alarmed about.
_HEALED = (WORKFLOW_MISSING, JournalAhead.code, JournalConflict.code, JournalGap.code)


class NothingToRestore(Exception):
    """Nhật ký chưa có sự kiện nào của hồ sơ này."""

    code = "nothing-to-restore"


async def rehydrate(dossier: UUID, *, database: Database, client: Client, catalogue: Catalogue, task_queue: str) -> int:
    """Start the workflow anew from the journal, ending the one that fell behind; the sequence it stands at."""
    while True:
        async with database.transaction() as tx:
            journal = await read_journal(tx, dossier)
            clock = await read_clock(tx, dossier)
        await client.start_workflow(
            DOSSIER,
            await _start(dossier, journal, clock, catalogue),
            id=dossier_workflow_id(dossier),
            task_queue=task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.TERMINATE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            task_timeout=WORKFLOW_TASK_TIMEOUT,
        )
        async with database.transaction() as tx:
            if await last_sequence(tx, dossier) == len(journal):
                await settle_alarms(tx, dossier, _HEALED)
                return len(journal)
        # The old workflow's last answer reached the journal meanwhile: once more, with that.


async def _start(
    dossier: UUID, journal: tuple[Record, ...], clock: FastClock | None, catalogue: Catalogue
) -> DossierStart:
    state = fold(journal)
    if state.filed is None or state.filed_at is None:
        raise NothingToRestore(str(dossier))
    filing = FileDossier.model_validate(state.filed.model_dump(exclude={"kind"}))
    causes = tuple(dict.fromkeys(record.cause for record in journal if record.actor is not None))
    return DossierStart(
        dossier=dossier,
        rulebook=await catalogue.rulebook(filing, state.filed_at.date()),
        clock=clock,
        # Whether the old workflow said them nobody knows; whoever heard them knows them again.
        carried=Carried(state=state, applied=causes[-REMEMBERED_COMMANDS:], letters=letters(DossierState(), journal)),
    )
