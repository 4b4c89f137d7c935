"""Mistakes that engines of this kind really make, to show that the checker would notice each of them.

``python -m tests.support.chaos_bugs <mistake> <module>`` runs a process of the product with one mistake in it. Each is
a small change at the very place where a rule of the design is kept.
"""

import runpy
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

from temporalio import activity

from activities.journal import JournalActivities
from activities.messages import RECORD_EVENTS, Recorded, RecordEvents
from commands import delivery, gate, sweeper
from commands.outcomes import Outcome
from commands.sweeper import Sweeper
from embedded.processes import Program
from embedded.stack import CHECKOUT, Stack
from store import journal, projection
from store.inbox import Errand
from store.rendered import Projection


def resends_under_a_new_id() -> None:
    """The sweeper waits for no lease, hardly rests, and gives what it sends another name."""
    really = Sweeper._resend

    async def resend(self: Sweeper, errand: Errand) -> int:
        row = errand.row.model_copy(update={"id": uuid4()})
        return await really(self, errand.model_copy(update={"row": row}))

    _put(Sweeper, "_resend", resend)
    _put(gate, "LEASE", timedelta(0))
    _put(sweeper, "_PAUSE_SECONDS", 0.02)


def takes_silence_for_a_refusal() -> None:
    """No answer in time: the row is refused, although the act may have been applied."""

    async def deliver(self: delivery.Delivery, errand: Errand) -> Outcome:
        try:
            return await self._deliver(errand)
        except delivery.Unreachable:
            return await self._refuse(errand.row, {"code": "dossier-closed", "message": "", "particulars": {}})

    _put(delivery.Delivery, "deliver", deliver)
    _put(delivery.Delivery.__init__, "__kwdefaults__", {"send_within": timedelta(milliseconds=200)})


def forgets_the_legs() -> None:
    """A projection is not brought up to the journal."""
    really = projection.render

    def render(*states: Any) -> Projection:  # noqa: ANN401
        return really(*states).model_copy(update={"legs": ()})

    _put(journal, "render", render)


def acknowledges_before_it_writes() -> None:
    """The activity says that the events are recorded, and records nothing."""
    _put(JournalActivities, "record_events", _Careless.record_events)


def never_gets_its_effects_done() -> None:
    """The activity fails whatever it is given, so what the timer decided waits for a caller, and no end is an end."""
    _put(JournalActivities, "record_events", _Helpless.record_events)


class _Careless(JournalActivities):
    @activity.defn(name=RECORD_EVENTS)
    async def record_events(self, request: RecordEvents) -> Recorded:
        return Recorded(sequence=request.events[-1].sequence)


class _Helpless(JournalActivities):
    @activity.defn(name=RECORD_EVENTS)
    async def record_events(self, request: RecordEvents) -> Recorded:
        raise ConnectionError(request.run_id)


def marks_no_command_done() -> None:
    """Events are recorded, and the commands that caused them stay pending."""
    _put(journal, "_commands", lambda _: ())


def _put(owner: object, name: str, value: object) -> None:
    setattr(owner, name, value)


MISTAKES: Mapping[str, Callable[[], None]] = {
    one.__name__: one
    for one in (
        resends_under_a_new_id,
        takes_silence_for_a_refusal,
        forgets_the_legs,
        acknowledges_before_it_writes,
        never_gets_its_effects_done,
        marks_no_command_done,
    )
}


def stack_with(mistake: str) -> type[Stack]:
    """The embedded stack whose worker and API have the mistake in them."""

    class Mistaken(Stack):
        def _python(self, name: str, module: str, more: Mapping[str, str], *, ports: tuple[int, ...]) -> Program:
            sound = super()._python(name, module, more, ports=ports)
            command = (sys.executable, "-P", "-m", "tests.support.chaos_bugs", mistake, module)
            return Program(
                name=name,
                command=command,
                directory=sound.directory,
                log=sound.log,
                ports=ports,
                environment={**(sound.environment or {}), "PYTHONPATH": str(CHECKOUT)},
            )

    return Mistaken


def main(mistake: str, module: str) -> None:
    MISTAKES[mistake]()
    runpy.run_module(module, run_name="__main__")


if __name__ == "__main__":
    main(*sys.argv[1:])
