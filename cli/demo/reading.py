"""Reads a scenario and judges it by the procedures and the directory it speaks of; every fault at once."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, get_args

from agencies.calendars import calendar_versions
from agencies.directory import SeatVacant, counters, load_directory
from cli.demo.cast import CITIZEN, MisCast, cast_of, parts_named
from cli.demo.scenario import CLOSED, Acknowledge, Ending, Perform, Proceed, Scenario
from datafiles.document import Document, parse_document, read_document
from datafiles.faults import Faulty, Place
from datafiles.validation import validate
from dossiers.events import AnyEvent
from dossiers.procedure import Channel, Procedure
from dossiers.values import APPOINTMENT, PROMISE, OfficerId, StepId
from procedures.catalogue import shipped

_EVENTS = tuple(kind.model_fields["kind"].default for kind in get_args(AnyEvent))


def read_scenario(path: Path) -> Scenario:
    """The scenario in a file; Faulty with every fault of form and of sense."""
    return _scenario(read_document(path))


def parse_scenario(text: str, file: str = "endings.yaml") -> Scenario:
    """The scenario in a text, which faults call by the name of a file."""
    return _scenario(parse_document(text, file))


def _scenario(document: Document) -> Scenario:
    scenario = validate(document, Scenario)
    faults = [document.fault(*wrong) for wrong in _wrong(scenario)]
    if faults:
        raise Faulty(faults)
    return scenario


class Wrong(NamedTuple):
    """A fault whose line is still to be found."""

    place: Place
    rule: str
    message: str
    hint: str = ""


def _wrong(scenario: Scenario) -> Iterator[Wrong]:
    names = [ending.name for ending in scenario.endings]
    if scenario.calendar not in calendar_versions():
        known = ", ".join(calendar_versions())
        yield Wrong(("calendar",), "demo-calendar", f"không có lịch {scenario.calendar}", f"có: {known}")
    if scenario.told not in names:
        yield Wrong(("told",), "demo-told", f"không có kết cục “{scenario.told}”", "nêu tên một kết cục của tệp này")
    procedures = {one.code: one for one in shipped()}
    for position, ending in enumerate(scenario.endings):
        place: Place = ("endings", position)
        if ending.name in names[:position]:
            yield Wrong((*place, "name"), "demo-name", f"tên “{ending.name}” đã dùng", "mỗi kết cục một tên")
        if ending.filed < scenario.origin:
            yield Wrong((*place, "filed"), "demo-filed", "nộp trước lúc vở diễn bắt đầu", "không sớm hơn “origin”")
        procedure = procedures.get(ending.procedure)
        if procedure is None:
            known = ", ".join(procedures)
            yield Wrong((*place, "procedure"), "demo-procedure", f"không có thủ tục {ending.procedure}", f"có: {known}")
        else:
            yield from _wrong_ending(place, ending, procedure)


def _wrong_ending(place: Place, ending: Ending, procedure: Procedure) -> Iterator[Wrong]:
    if ending.channel not in procedure.channels:
        allowed = ", ".join(procedure.channels)
        yield Wrong((*place, "channel"), "demo-channel", f"thủ tục không nhận qua {ending.channel}", f"qua: {allowed}")
    if ending.filed.date() < procedure.effective_on:
        message = f"thủ tục có hiệu lực từ {procedure.effective_on}, kết cục này nộp trước đó"
        yield Wrong((*place, "filed"), "demo-effective", message, "dời vở diễn sang sau ngày có hiệu lực")
    yield from _miscast(place, ending, procedure)
    before = ending.filed
    for position, act in enumerate(ending.acts):
        at = (*place, "acts", position)
        if act.at is not None and act.at.instant is not None:
            if act.at.instant < before:
                yield Wrong((*at, "at"), "demo-order", "việc này xảy ra trước việc đứng trên nó", "xếp theo thời gian")
            before = act.at.instant
        yield from _wrong_act(at, act, ending, procedure)
    yield from _wrong_expectation(place, ending, procedure)


def _miscast(place: Place, ending: Ending, procedure: Procedure) -> Iterator[Wrong]:
    known = {seat.unit for seat in counters(load_directory())}
    for position, counter in enumerate(ending.counters):
        at = (*place, "counters", position)
        if counter not in known:
            yield Wrong(at, "demo-counter", f"không có nơi tiếp nhận {counter}", f"có: {', '.join(sorted(known))}")
            continue
        try:
            cast = cast_of(load_directory(), procedure, ending, counter, citizen=OfficerId(CITIZEN), turn=0)
            for part in parts_named(ending):
                cast.who(part)
        except (SeatVacant, MisCast, KeyError) as error:
            yield Wrong(at, "demo-cast", str(error), "vai là phần.chức danh, như construction.officer-2")


def _wrong_act(
    place: Place, act: Acknowledge | Proceed | Perform, ending: Ending, procedure: Procedure
) -> Iterator[Wrong]:
    steps = tuple(step.id for step in procedure.steps)
    named: str | None = None
    match act:
        case Proceed(until=until):
            named = None if until == CLOSED else until
        case Acknowledge(subject=subject):
            named = subject.partition("#")[0]
        case Perform(do=do, on=on):
            named = on
            if (on is None) is not do.is_on_dossier:
                message = f"“{do}” làm trên {'cả hồ sơ, bỏ “on”' if do.is_on_dossier else 'một việc, cần “on”'}"
                yield Wrong(place, "demo-on", message, "xem các hành vi trong mô tả API")
            if act.by == CITIZEN and ending.channel is not Channel.ONLINE:
                message = "người nộp tại quầy hoặc qua bưu chính không dùng cổng: quầy ghi thay"
                yield Wrong((*place, "by"), "demo-citizen", message, "by: counter.counter")
    if named is not None and named.partition("/")[0] not in steps:
        yield Wrong(place, "demo-step", f"thủ tục không có bước “{named}”", f"có: {', '.join(steps)}")


def _wrong_expectation(place: Place, ending: Ending, procedure: Procedure) -> Iterator[Wrong]:
    steps = {step.id for step in procedure.steps}
    codes = {rung.code for ladder in procedure.ladders.values() for rung in ladder}
    at = (*place, "expect")
    for subject, rungs in ending.expect.rungs.items():
        is_known = subject.partition("/")[0] in (PROMISE, APPOINTMENT) or StepId(subject.partition("#")[0]) in steps
        if not is_known:
            yield Wrong((*at, "rungs", subject), "demo-subject", f"thủ tục không có thời hạn “{subject}”")
        for rung in rungs:
            if rung not in codes:
                hint = f"có: {', '.join(sorted(codes))}"
                yield Wrong((*at, "rungs", subject), "demo-rung", f"không có nấc “{rung}”", hint)
    for kind in ending.expect.events:
        if kind not in _EVENTS:
            yield Wrong((*at, "events", kind), "demo-event", f"nhật ký không có loại sự kiện “{kind}”")
    for silent in ending.silent:
        if StepId(silent.partition("/")[0]) not in steps:
            yield Wrong((*place, "silent"), "demo-step", f"thủ tục không có bước “{silent}”")
