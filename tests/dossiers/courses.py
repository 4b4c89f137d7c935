"""Dossiers that any course of acts led somewhere, late records and late paper entries among them."""

from datetime import timedelta

from hypothesis import strategies as st

from dossiers import commands as c
from dossiers.deadline_errors import DeadlineError
from dossiers.decide import perform
from dossiers.errors import DossierError
from dossiers.procedure import Role
from tests.dossiers.test_any_course import FILED_AT, PROCEDURES, begin, play
from tests.support.builders import Run, text

HOUR = timedelta(hours=1)


def any_run(data: st.DataObject, *, length: int = 15) -> Run:
    """A dossier after such a course; now and then an act is entered from paper for an earlier instant."""
    played = begin(data, PROCEDURES[data.draw(st.sampled_from(sorted(PROCEDURES)))])
    run = Run(played.rules, FILED_AT)
    run._take(tuple(played.records))
    for act, recorded_at in play(played, data, length=length, timed=False):
        late = data.draw(st.sampled_from([0, 0, 0, 2, 30]))
        entered = _from_paper(act, late) if late else act.model_copy(update={"journalled": 0})
        try:
            run._take(perform(run.rules, run.state, entered, recorded_at=recorded_at))
        except (DossierError, DeadlineError):
            continue
        run.now = max(run.now, recorded_at)
    return run


def _from_paper(act: c.Act, hours: int) -> c.Act:
    actor = act.actor.model_copy(update={"roles": (*act.actor.roles, Role.LATE_ENTRY)})
    changes = {"journalled": 0, "actor": actor, "entered_for": act.occurred_at - hours * HOUR, "evidence": text("sổ")}
    return act.model_copy(update=changes)
