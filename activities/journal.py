"""Writing to the journal what nobody's call carries there: deadlines that passed, a dossier's last events."""

from temporalio import activity

from activities.messages import RECORD_EVENTS, Recorded, RecordEvents
from store.alarms import raise_alarm
from store.database import Database
from store.errors import JournalConflict, JournalGap
from store.journal import record


class JournalActivities:
    """The journal as the workflow may reach it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name=RECORD_EVENTS)
    async def record_events(self, request: RecordEvents) -> Recorded:
        """Record the events; what is there already stays as it is, so running twice changes nothing."""
        try:
            async with self._database.transaction() as tx:
                await record(tx, request.dossier, request.events, run_id=request.run_id)
        except (JournalConflict, JournalGap) as conflict:
            async with self._database.transaction() as tx:
                await raise_alarm(tx, conflict.code, request.dossier, {"run_id": request.run_id})
            raise
        return Recorded(sequence=request.events[-1].sequence)
