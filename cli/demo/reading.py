"""Reads a scenario and judges it by the procedures and the directory it speaks of; every fault at once."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, get_args

from agencies.calendars import calendar_versions
from agencies.directory import SeatVacant, counters
from cli.demo.cast import CITIZEN, MisCast, cast_of, parts_named
from cli.demo.crowd import Crowd, Overbooked, joined_by, version_of
from cli.demo.ground import directory_on, procedures_on, published
from cli.demo.plots import Unfit
from cli.demo.scenario import CLOSED, Acknowledge, Ending, Perform, Proceed, Scenario
from datafiles.document import Document, parse_document, read_document
from datafiles.faults import Faulty, Place
from datafiles.validation import validate
from dossiers.events import AnyEvent
from dossiers.procedure import Channel, Procedure
from dossiers.values import APPOINTMENT, PROMISE, OfficerId, StepId
from procedures.catalogue import shipped_rule_sets

_EVENTS = tuple(kind.model_fields["kind"].default for kind in get_args(AnyEvent))


def read_scenario(path: Path) -> Scenario:
    """The scenario in a file; Faulty with every fault of form and of sense."""
    return _scenario(read_document(path))


def parse_scenario(text: str, file: str = "endings.yaml") -> Scenario:
    """The scenario in a text, which faults call by the name of a file."""
    return _scenario(parse_document(text, file))


def read_crowded(path: Path, crowd: Path) -> Scenario:
    """The scenario in a file with the everyday dossiers of another around its stories; Faulty as above."""
    document = read_document(crowd)
    asked = validate(document, Crowd)
    faults = [document.fault(*wrong) for wrong in _wrong_crowd(asked)]
    if faults:
        raise Faulty(faults)
    try:
        return joined_by(read_scenario(path), asked)
    except (Unfit, Overbooked) as error:
        raise Faulty(
            [document.fault(("groups",), "demo-crowd", str(error), "đổi số hồ sơ, hoặc lối đi khác")]
        ) from error


def _wrong_crowd(crowd: Crowd) -> Iterator["Wrong"]:
    for position, group in enumerate(crowd.groups):
        place: Place = ("groups", position)
        if version_of(group.procedure, group.version) is None:
            known = ", ".join(f"{one.code} ({one.version})" for one in published())
            message = f"không có thủ tục {group.procedure}, phiên bản {group.version}"
            yield Wrong((*place, "procedure"), "demo-procedure", message, f"có: {known}")
        if group.season not in crowd.seasons:
            known = ", ".join(crowd.seasons)
            yield Wrong((*place, "season"), "demo-season", f"không có thời kỳ “{group.season}”", f"có: {known}")


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
    codes = dict.fromkeys(one.code for one in published())
    for position, ending in enumerate(scenario.endings):
        place: Place = ("endings", position)
        if ending.name in names[:position]:
            yield Wrong((*place, "name"), "demo-name", f"tên “{ending.name}” đã dùng", "mỗi kết cục một tên")
        versions = [one for one in published() if one.code == ending.procedure]
        procedure = procedures_on(ending.filed.date()).get(ending.procedure) or next(iter(versions), None)
        if procedure is None:
            known = ", ".join(codes)
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
    directory = directory_on(ending.filed.date())
    known = {seat.unit for seat in counters(directory)}
    for position, counter in enumerate(ending.counters):
        at = (*place, "counters", position)
        if counter not in known:
            yield Wrong(at, "demo-counter", f"không có nơi tiếp nhận {counter}", f"có: {', '.join(sorted(known))}")
            continue
        try:
            cast = cast_of(directory, procedure, ending, counter, citizen=OfficerId(CITIZEN), turn=0)
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
    decreed = [rules.ladders for rules in shipped_rule_sets()]
    codes = {rung.code for ladders in (procedure.ladders, *decreed) for ladder in ladders.values() for rung in ladder}
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
