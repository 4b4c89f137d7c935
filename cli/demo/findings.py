"""What is found when an ending has been played, and every way in which it differs from what was expected."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from cli.demo.scenario import Expectation, Verb
from dossiers.deadlines import Grade
from dossiers.instants import LegalInstant, format_instant
from dossiers.limits import STANDARD_DAY, TimeLimit
from dossiers.procedure import Procedure
from dossiers.state import DossierStatus
from dossiers.values import PROMISE, Result, Subject, Value

_TRANSFERS = ("hand-over", "acceptance")
_LEGS = {
    Verb.HAND_OVER: "/hand-over",
    Verb.ACCEPT: "/acceptance",
    Verb.REFUSE_HAND_OVER: "/acceptance",
    Verb.RECALL: "/acceptance",
    Verb.APOLOGISE: "/apology",
}


class RungFound(Value):
    """A rung that stands in the record of escalations."""

    subject: Subject
    term: int
    rung: str
    #: Whether the notice of the rung before had been acknowledged; null where there was none.
    acknowledged: bool | None = None


class Found(Value):
    """The facts of a dossier that an expectation may name."""

    state: DossierStatus
    grade: Grade | None
    result: Result | None
    first_promise: LegalInstant | None
    promise: LegalInstant | None
    appointment: LegalInstant | None
    rungs: tuple[RungFound, ...]
    events: dict[str, int]


class Difference(Value):
    """One thing that is not as it was expected."""

    what: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.what}: chờ {self.expected}, thấy {self.found}"


def differences(expected: Expectation, found: Found, *, unjudged: Iterable[str] = ()) -> tuple[Difference, ...]:
    """Everything that differs; the rungs of ``unjudged`` terms pass too fast to be told, unless they are expected."""
    named = [subject.partition("#")[0].partition("/")[0] for subject in expected.rungs]
    left_out = tuple(one for one in unjudged if one not in named)
    return tuple(
        Difference(what=what, expected=wanted, found=seen)
        for what, wanted, seen in _compared(expected, found, left_out)
        if wanted != seen
    )


def _compared(expected: Expectation, found: Found, unjudged: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    yield "trạng thái", expected.state, found.state
    yield "xếp loại", _said(expected.grade), _said(found.grade)
    if expected.result is not None:
        yield "kết quả", expected.result, _said(found.result)
    yield "hẹn trả lần đầu", _said(expected.first_promise), _said(found.first_promise)
    yield "hẹn trả theo luật", _said(expected.promise), _said(found.promise)
    yield "ngày hẹn đang báo", _said(expected.appointment), _said(found.appointment)
    climbed = _climbed(found.rungs, unjudged)
    for subject in dict.fromkeys((*expected.rungs, *climbed)):
        yield f"nấc đôn đốc {subject}", _said(expected.rungs.get(subject)), _said(climbed.get(subject))
    known = [f"{_term(rung)}/{rung.rung}" for rung in found.rungs if rung.acknowledged]
    yield "nấc biết đã có xác nhận", _said(expected.acknowledged), _said(tuple(known))
    for kind, count in expected.events.items():
        yield f"số sự kiện {kind}", str(count), str(found.events.get(kind, 0))


def _climbed(rungs: Iterable[RungFound], unjudged: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    """The rungs of each deadline as often and in the order they were recorded: a rung twice is a difference."""
    climbed: dict[str, tuple[str, ...]] = {}
    for rung in rungs:
        if not _is_of(rung.subject, unjudged):
            climbed[_term(rung)] = (*climbed.get(_term(rung), ()), rung.rung)
    return climbed


def found_in(view: Mapping[str, Any], rungs: Iterable[Mapping[str, Any]], events: Iterable[Mapping[str, Any]]) -> Found:
    """The facts as the API tells them: of the dossier, of its escalations that stand, of its timeline."""
    kinds = [event["kind"] for event in events]
    return Found(
        state=view["status"],
        grade=view["grade"],
        result=view["result"],
        first_promise=view["first_promise_at"],
        promise=view["promise_at"],
        appointment=view["appointment_at"],
        rungs=tuple(
            RungFound(
                subject=rung["subject"],
                term=rung["term"],
                rung=rung["rung"],
                acknowledged=rung["previous_acknowledged"],
            )
            for rung in sorted(rungs, key=lambda one: one["sequence"])
        ),
        events={kind: kinds.count(kind) for kind in kinds},
    )


def unjudged(procedure: Procedure, tells_apart: TimeLimit) -> tuple[str, ...]:
    """What passes in less than the given working time: no timer can tell its rungs apart."""
    short = [step.id for step in procedure.steps if step.limit and step.limit.seconds < tells_apart.seconds]
    if tells_apart.seconds < STANDARD_DAY:
        return tuple(short)
    return (*short, *_TRANSFERS, *([PROMISE] if procedure.limit.value == 0 else []))


def _is_of(subject: Subject, unjudged: tuple[str, ...]) -> bool:
    step, _, work = subject.partition("#")
    return step in unjudged or work.partition("/")[2].partition(".")[0] in unjudged


def _term(rung: RungFound) -> str:
    return rung.subject if rung.term == 1 else f"{rung.subject}/{rung.term}"


def _said(value: object) -> str:
    match value:
        case None | ():
            return "–"
        case datetime():
            return format_instant(value)
        case tuple():
            return ", ".join(str(part) for part in value)
        case _:
            return str(value)


def is_task_for(verb: Verb, on: str, key: str) -> bool:
    """Whether a task's key is the work that an act names: ``on: appraisal`` accepts the leg to it, or does its work."""
    step, _, consultation = on.partition("/")
    suffix = f"/{consultation}" if consultation else _LEGS.get(verb, "")
    further = r"(?:\.[0-9]+)?" if suffix and not consultation else ""
    return re.fullmatch(rf"{re.escape(step)}#[0-9]+{re.escape(suffix)}{further}", key) is not None


def is_silent(silent: Iterable[str], key: str) -> bool:
    """Whether the officers of this work do nothing of themselves."""
    return any(is_task_for(Verb.COMPLETE, on, key) for on in silent)
