"""The dossier's way as a picture: a lane for each agency and the applicant, planned and actual, stopped and to come.

Pure: from the journal, the rules it is pinned to and an instant. What is to come is a forecast: every open step takes
until it is due, every later one its whole limit, one after the other as the procedure says.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from console.pictures.scale import Band, Scale, Tick
from dossiers.deadline_errors import DeadlineError
from dossiers.deadlines import Grade, deadline
from dossiers.events import Record, TaskOpened
from dossiers.evolve import fold
from dossiers.hand_over_events import DossierReleased, HandOverAccepted
from dossiers.instants import local
from dossiers.leg_accounts import grade_of
from dossiers.phrases import task_words
from dossiers.procedure import Step
from dossiers.rulebook import Rulebook
from dossiers.seats import Seat
from dossiers.state import DossierState
from dossiers.stays import Ending, Hold, HolderKind, Stay, stays
from dossiers.values import PROMISE, AgencyCode, StepId, TaskKey

APPLICANT = "applicant"
WIDTH = 1120.0
_LEFT, _RIGHT, _TOP, _FOOT = 196.0, 12.0, 46.0, 8.0
_BAR, _GAP, _PAD = 30.0, 6.0, 9.0
_NARROWEST = 4.0
_LETTER = 6.7
_DAY = timedelta(days=1)


class Manner(StrEnum):
    """What a bar says; each has a fill, a border and a glyph, so that it can be read without colour."""

    DONE = "done"
    LATE = "late"
    ACTIVE = "active"
    OVERDUE = "overdue"
    STOPPED = "stopped"
    TRANSIT = "transit"
    LAPSED = "lapsed"
    CALLED_OFF = "called_off"
    FORECAST = "forecast"


GLYPHS: Mapping[Manner, str] = {
    Manner.DONE: "✓",
    Manner.LATE: "!",
    Manner.ACTIVE: "▸",
    Manner.OVERDUE: "!",
    Manner.STOPPED: "‖",
    Manner.TRANSIT: "→",
    Manner.LAPSED: "…",
    Manner.CALLED_OFF: "×",
    Manner.FORECAST: "",
}
MANNER_WORDS: Mapping[Manner, str] = {
    Manner.DONE: "Xong trong hạn",
    Manner.LATE: "Xong quá hạn",
    Manner.ACTIVE: "Đang làm",
    Manner.OVERDUE: "Đang quá hạn",
    Manner.STOPPED: "Thời hạn dừng",
    Manner.TRANSIT: "Chờ nhận bàn giao",
    Manner.LAPSED: "Hết hạn mà không trả lời",
    Manner.CALLED_OFF: "Không còn phải làm",
    Manner.FORECAST: "Dự kiến",
}


class Stretch(NamedTuple):
    """A row of the table, and a bar of the picture."""

    number: int
    lane: AgencyCode | str
    seat: Seat | None
    label: str
    manner: Manner
    start: datetime
    #: Now, for what lasts.
    end: datetime
    lasts: bool
    #: As it was planned: until when, where a limit ran.
    due: datetime | None
    grade: Grade | None
    #: The event that began it.
    sequence: int | None


class Bar(NamedTuple):
    """A stretch where it is drawn."""

    stretch: Stretch
    x: float
    y: float
    width: float
    height: float
    #: What fits inside; the number alone where nothing else does, and nothing where not even that.
    text: str
    #: From the start to where it was due, under the bar.
    planned: tuple[float, float] | None

    @property
    def glyph(self) -> str:
        return GLYPHS[self.stretch.manner]


class Lane(NamedTuple):
    """An agency's row."""

    code: AgencyCode | str
    y: float
    height: float


class Arrow(NamedTuple):
    """A hand-over."""

    x: float
    start: float
    end: float


class Mark(NamedTuple):
    """An instant across every lane."""

    x: float
    at: datetime


class Timeline(NamedTuple):
    """The whole picture, measured; and its rows for the table."""

    width: float
    height: float
    lanes: tuple[Lane, ...]
    bars: tuple[Bar, ...]
    arrows: tuple[Arrow, ...]
    bands: tuple[Band, ...]
    ticks: tuple[Tick, ...]
    now: Mark | None
    due: Mark | None
    at: datetime

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        return tuple(bar.stretch for bar in self.bars)

    @property
    def manners(self) -> tuple[Manner, ...]:
        """Those that occur, in the order of the legend."""
        present = {bar.stretch.manner for bar in self.bars}
        return tuple(one for one in Manner if one in present)


def timeline(records: Sequence[Record], rulebook: Rulebook, at: datetime) -> Timeline:
    """The picture of a dossier that was filed, as it stands at an instant."""
    state, at = fold(records), local(at)
    rulebook = rulebook.as_changed(state.calendar_changes)
    found = _numbered([*_actual(records, rulebook, state, at), *_to_come(rulebook, state, at)])
    due = state.due_of(PROMISE)
    assert state.filed_at is not None, "only what was filed has a way"
    ended = state.status.is_closed
    last = max([one.end for one in found] + ([due] if due is not None else []) + ([] if ended else [at]))
    scale = Scale(
        rulebook.calendar,
        local(state.filed_at).date(),
        local(last).date() + _DAY,
        left=_LEFT,
        width=WIDTH - _LEFT - _RIGHT,
    )
    lanes, bars = _laid_out(found, scale)
    bottom = max((lane.y + lane.height for lane in lanes), default=_TOP)
    return Timeline(
        width=WIDTH,
        height=bottom + _FOOT,
        lanes=lanes,
        bars=bars,
        arrows=tuple(_arrows(records, scale, {lane.code: lane for lane in lanes})),
        bands=scale.bands(),
        ticks=scale.ticks(),
        now=None if ended else Mark(scale.x(at), at),
        due=None if due is None else Mark(scale.x(due), local(due)),
        at=at,
    )


def _actual(records: Sequence[Record], rulebook: Rulebook, state: DossierState, at: datetime) -> Iterator[Stretch]:
    opened = {one.event.task: one.sequence for one in records if isinstance(one.event, TaskOpened)}
    for stay in stays(records, state):
        for hold in _holds(stay):
            if hold.start <= at:
                yield _stretch(rulebook, stay, hold, at, opened.get(stay.task.key))


def _holds(stay: Stay) -> tuple[Hold, ...]:
    """What began and ended within one second was in somebody's hands too."""
    return stay.holds or (Hold(holder=HolderKind.AGENCY, start=stay.opened_at, end=stay.ended_at),)


def _stretch(rulebook: Rulebook, stay: Stay, hold: Hold, at: datetime, sequence: int | None) -> Stretch:
    task, is_last = stay.task, hold == _holds(stay)[-1]
    ended = hold.end is not None and hold.end <= at
    due = stay.clock.term.due_at if stay.clock is not None else None
    grade = grade_of(rulebook, stay) if ended and is_last else None
    is_theirs = hold.holder is HolderKind.APPLICANT
    return Stretch(
        number=0,
        lane=APPLICANT if is_theirs else task.seat.agency,
        seat=None if is_theirs else task.seat,
        label="Chờ người nộp" if is_theirs else _label(rulebook, task.key),
        manner=_manner(stay, hold, due, grade, at, ended=ended),
        start=hold.start,
        end=hold.end if ended and hold.end is not None else at,
        lasts=not ended,
        due=None if is_theirs else due,
        grade=grade,
        sequence=sequence,
    )


def _manner(stay: Stay, hold: Hold, due: datetime | None, grade: Grade | None, at: datetime, *, ended: bool) -> Manner:
    if hold.holder is HolderKind.APPLICANT:
        return Manner.STOPPED
    if ended:
        return _ended(stay.ending if hold == _holds(stay)[-1] else None, grade)
    if due is not None and at > due:
        return Manner.OVERDUE
    return Manner.TRANSIT if hold.holder is HolderKind.TRANSIT else Manner.ACTIVE


def _ended(ending: Ending | None, grade: Grade | None) -> Manner:
    match ending:
        case Ending.CANCELLED | Ending.RECALLED:
            return Manner.CALLED_OFF
        case Ending.LAPSED:
            return Manner.LAPSED
        case _:
            return Manner.LATE if grade is Grade.LATE else Manner.DONE


def _label(rulebook: Rulebook, key: TaskKey) -> str:
    told = task_words(rulebook.procedure, key).removeprefix("bước ").replace("“", "").replace("”", "")
    return told[0].upper() + told[1:]


def _to_come(rulebook: Rulebook, state: DossierState, at: datetime) -> Iterator[Stretch]:
    """What is open until it is due, then every step that still has to come, each for its whole limit."""
    if state.status.is_closed or state.filed is None:
        return
    ends: dict[StepId, datetime] = {}
    for step in rulebook.procedure.steps:
        run, seat = state.run_of(step.id), state.filed.seats[step.by]
        if run.state in {"done", "skipped"}:
            ends[step.id] = at
            continue
        begins = max([at, *(ends[before] for before in step.after if before in ends)])
        open_due = [
            state.due_of(task.key) for task in state.live_tasks() if task.step == step.id and task.work == "step"
        ]
        is_open = bool(open_due)
        until = open_due[0] if is_open else _whole_limit(rulebook, step, seat, begins)
        if until is None or until <= begins:
            ends[step.id] = begins
            continue
        ends[step.id] = until
        yield Stretch(
            number=0,
            lane=seat.agency,
            seat=seat,
            label=step.label,
            manner=Manner.FORECAST,
            start=begins,
            end=local(until),
            lasts=False,
            due=None,
            grade=None,
            sequence=None,
        )


def _whole_limit(rulebook: Rulebook, step: Step, seat: Seat, begins: datetime) -> datetime | None:
    if step.limit is None:
        return None
    try:
        return deadline(rulebook.calendar_of(seat.unit), begins, step.limit, step.counting).due
    except DeadlineError:
        return None  # further away than any calendar that is decided


def _numbered(found: Sequence[Stretch]) -> tuple[Stretch, ...]:
    ordered = sorted(found, key=lambda one: (one.start, one.end))
    return tuple(one._replace(number=number) for number, one in enumerate(ordered, start=1))


def _laid_out(found: Sequence[Stretch], scale: Scale) -> tuple[tuple[Lane, ...], tuple[Bar, ...]]:
    """Lanes in the order in which the dossier came to them, the applicant last; what overlaps lies stacked."""
    codes = [code for code in dict.fromkeys(one.lane for one in found) if code != APPLICANT]
    codes += [APPLICANT] if any(one.lane == APPLICANT for one in found) else []
    lanes: list[Lane] = []
    bars: list[Bar] = []
    top = _TOP
    for code in codes:
        rows: list[float] = []
        for one in (stretch for stretch in found if stretch.lane == code):
            x = scale.x(one.start)
            width = max(_NARROWEST, scale.x(one.end) - x)
            row = next((index for index, free in enumerate(rows) if free <= x + _NARROWEST), len(rows))
            rows[row : row + 1] = [x + width]
            y = top + _PAD + row * (_BAR + _GAP)
            bars.append(_bar(one, scale, x, y, width))
        height = 2 * _PAD + len(rows) * (_BAR + _GAP) - _GAP
        lanes.append(Lane(code, top, height))
        top += height
    return tuple(lanes), tuple(sorted(bars, key=lambda bar: bar.stretch.number))


def _bar(stretch: Stretch, scale: Scale, x: float, y: float, width: float) -> Bar:
    planned = None if stretch.due is None else (x, max(x + _NARROWEST, scale.x(stretch.due)))
    return Bar(stretch, x, y, width, _BAR, _fitting(stretch, width), planned)


def _fitting(stretch: Stretch, width: float) -> str:
    marked = f"{GLYPHS[stretch.manner]} {stretch.number}. ".lstrip()
    room = int((width - 10) / _LETTER)
    if len(marked) + len(stretch.label) <= room:
        return marked + stretch.label
    if len(marked) + 6 <= room:
        return marked + stretch.label[: room - len(marked) - 1].rstrip() + "…"
    return str(stretch.number) if room >= len(str(stretch.number)) else ""


def _arrows(records: Sequence[Record], scale: Scale, lanes: Mapping[str, Lane]) -> Iterator[Arrow]:
    """From the lane of whoever released to that of whoever accepted; released alone, to where it is on its way."""
    accepted = {one.event.task: one.occurred_at for one in records if isinstance(one.event, HandOverAccepted)}
    for record in records:
        event = record.event
        if not isinstance(event, DossierReleased):
            continue
        sender, receiver = lanes.get(event.sender.agency), lanes.get(event.receiver.agency)
        if sender is None or receiver is None or sender is receiver:
            continue
        x = scale.x(accepted.get(event.task, record.occurred_at))
        down = receiver.y > sender.y
        yield Arrow(
            x,
            sender.y + (sender.height - _PAD if down else _PAD),
            receiver.y + (_PAD if down else receiver.height - _PAD),
        )
