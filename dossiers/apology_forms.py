"""The written apology (form 04) as the journal has it: signed, or drawn up and still owed."""

from collections.abc import Iterable

from dossiers.apology_events import ApologyForm, ApologyWeighed, AppointmentMoved
from dossiers.events import Record, TaskCancelled, TaskOpened
from dossiers.values import TaskKey, Value


class Apology(Value):
    """Form 04, and the task of whoever owes or owed it; none where somebody apologised unasked."""

    form: ApologyForm
    task: TaskKey | None

    @property
    def is_signed(self) -> bool:
        """Whether it has left, and the date was moved."""
        return self.form.signed_at is not None


def apology_of(records: Iterable[Record]) -> Apology | None:
    """The last one of the journal; null where none is owed and none was signed."""
    told: Apology | None = None
    for record in records:
        match record.event:
            case ApologyWeighed(form=form) if form is not None:
                told = Apology(form=form, task=None)
            case TaskOpened(work="apology", task=key) if told is not None:
                told = told.model_copy(update={"task": key})
            case TaskCancelled(task=key) if told is not None and key == told.task and not told.is_signed:
                told = None
            case AppointmentMoved(form=form):
                told = Apology(form=form, task=told.task if told is not None else None)
            case _:
                pass
    return told
