"""Writing to the journal what nobody's call carries there: deadlines that passed, a dossier's last events."""

from collections.abc import Mapping

import structlog
from temporalio import activity

from activities.messages import RECORD_EVENTS, Recorded, RecordEvents
from dossiers.events import AnyEvent
from store.alarms import raise_alarm
from store.database import Database
from store.errors import JournalConflict, JournalGap
from store.journal import record

_log = structlog.get_logger("journal")


class JournalActivities:
    """The journal as the workflow may reach it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name=RECORD_EVENTS)
    async def record_events(self, request: RecordEvents) -> Recorded:
        """Record the events; what is there already stays as it is, so running twice changes nothing."""
        try:
            async with self._database.transaction() as tx:
                new = await record(tx, request.dossier, request.events, run_id=request.run_id)
        except (JournalConflict, JournalGap) as conflict:
            async with self._database.transaction() as tx:
                await raise_alarm(tx, conflict.code, request.dossier, {"run_id": request.run_id})
            raise
        with structlog.contextvars.bound_contextvars(dossier=str(request.dossier)):
            for one in request.events[len(request.events) - new :]:
                _log.info(one.event.kind, sequence=one.sequence, **_about(one.event))
        return Recorded(sequence=request.events[-1].sequence)


def _about(event: AnyEvent) -> Mapping[str, str]:
    """Which task and which agency it concerns; never what anybody wrote."""
    said = event.model_dump(mode="json", exclude_none=True)
    where = said.get("seat") or said.get("notice") or {}
    about = {"task": said.get("task") or said.get("subject"), "rung": said.get("rung"), "agency": where.get("agency")}
    return {name: value for name, value in about.items() if value is not None}
