"""Rules that look at the government around a procedure: its people, its calendar, its other procedures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from uuid import uuid4

import pytest

from agencies.calendars import load_calendar
from agencies.directory import resolve_seats
from bootstrap import DATA_CONVERTER
from cli.jurisdiction import shipped_jurisdiction
from datafiles.faults import Fault
from dossiers.deadline_errors import BeyondCalendar
from dossiers.deadlines import apology_opens
from dossiers.escalation import LastDay
from dossiers.fast_clock import FastClock
from dossiers.instants import parse_instant
from dossiers.limits import STANDARD_DAY, Counting, LimitUnit, TimeLimit
from dossiers.procedure import Consultation, LegalBasis, OnTimeout, Participant, Procedure, Role, StepKind, SubDossier
from dossiers.rulebook import Rulebook
from dossiers.terms import Limits, term_of
from dossiers.values import OfficerId, ProcedureCode, StepId, UnitCode
from procedures.catalogue import shipped
from procedures.jurisdiction import Post
from procedures.linter import lint_in
from procedures.rules.place import START_INPUT_MAX, start_input_size
from procedures.worst_case import receipts
from tests.support.builders import COPY, PERMIT, procedure, rule_set
from tests.support.bundles import BIRTH, WHOLE, bundle, member
from tests.support.government import places
from workflows.messages import DossierStart

HERE = shipped_jurisdiction()
BASIS = LegalBasis(citation="Điều 1", verified=True)
#: What lasts longer than a working day.
LONGER = [one for one in shipped() if one.limit.unit is LimitUnit.DAY or one.limit.seconds > STANDARD_DAY]


@dataclass(frozen=True)
class Crew:
    """The same officers at every post, with the roles they have; or nobody at all."""

    officers: dict[OfficerId, tuple[Role, ...]] | None

    def posts(self, procedure: Procedure, part: Participant) -> Sequence[Post]:  # noqa: ARG002  (the same crew for all)
        unit = UnitCode(part.name) if self.officers is not None else None
        return (Post(place="Xã mẫu", calendar=HERE.calendar, unit=unit, officers=self.officers),)


def crew(**roles: tuple[Role, ...]) -> Crew:
    return Crew({OfficerId(name): held for name, held in roles.items()})


def faults(given: Procedure, rule: str, staff: Crew | None = None) -> tuple[Fault, ...]:
    jurisdiction = HERE if staff is None else replace(HERE, staff=staff)
    return tuple(fault for fault in lint_in(jurisdiction, given) if fault.rule == rule)


def with_step(given: Procedure, found: StepKind, **changes: object) -> Procedure:
    first = given.steps_of_kind(found)[0]
    steps = tuple(one.model_copy(update=changes) if one == first else one for one in given.steps)
    return given.model_copy(update={"steps": steps})


def test_two_officers_are_needed_where_four_eyes_are() -> None:
    alone = crew(a=(Role.COUNTER, Role.APPROVER))
    together = crew(a=(Role.COUNTER, Role.APPROVER), b=(Role.APPROVER,))

    assert [fault.path for fault in faults(procedure(COPY), "unstaffed-step", alone)] == ["steps[2].not_by"]
    assert faults(procedure(COPY), "unstaffed-step", together) == ()


def test_two_parts_at_one_desk_do_not_make_two_officers() -> None:
    signers = procedure(COPY).counter.model_copy(update={"name": "signers"})
    apart = with_step(procedure(COPY), StepKind.APPROVAL, by="signers")
    given = apart.model_copy(update={"participants": (*apart.participants, signers)})

    found = faults(given, "unstaffed-step", crew(a=(Role.COUNTER, Role.APPROVER)))

    assert [fault.path for fault in found] == ["steps[2].not_by"]


def test_a_role_that_nobody_has_is_named_with_the_place() -> None:
    found = faults(procedure(COPY), "unstaffed-step", crew(a=(Role.COUNTER,)))

    assert [(fault.path, "Xã mẫu" in fault.message) for fault in found] == [("steps[2].role", True)]


def test_a_part_that_nobody_takes_is_told_once_for_each_part() -> None:
    found = faults(procedure(PERMIT), "unstaffed-step", Crew(None))

    assert [fault.path for fault in found] == [f"participants[{at}]" for at in range(5)]


def test_an_unknown_rule_set_is_answered_with_the_nearest_one() -> None:
    (found,) = faults(procedure(COPY).model_copy(update={"rule_set": "ND118_2024"}), "rule-set-in-force")

    assert found.hint == "có phải “ND118_2025”?"


@pytest.mark.parametrize(
    ("answer", "step", "broken"),
    [("2wd", "2wd", False), ("17wh", "2wd", True), ("2d", "2wd", True), ("2d", "48h", True), ("1h", "1wh", False)],
)
def test_a_consulted_agency_has_no_longer_than_the_step_that_waits_for_it(answer: str, step: str, broken: bool) -> None:  # noqa: FBT001
    """Two calendar days end with the second day, or after Tết with the next working one."""
    terms = Consultation(
        content="An toàn", on_timeout=OnTimeout.BLOCK, basis=BASIS, answer_limit=TimeLimit.parse(answer)
    )
    given = with_step(procedure(PERMIT), StepKind.CONSULTATION, consultation=terms, limit=TimeLimit.parse(step))

    assert bool(faults(given, "inner-limits")) is broken


@pytest.mark.parametrize(("limit", "broken"), [("7wd", False), ("6wd", True), (None, True)])
def test_a_sub_dossier_has_no_longer_than_the_step_that_waits_for_it(limit: str | None, broken: bool) -> None:  # noqa: FBT001
    child = SubDossier(procedure=ProcedureCode(PERMIT), basis=BASIS)
    step = TimeLimit.parse(limit) if limit is not None else None
    given = with_step(procedure(COPY), StepKind.APPRAISAL, kind=StepKind.SUB_DOSSIER, sub_dossier=child, limit=step)

    assert bool(faults(given, "inner-limits")) is broken


def test_a_sub_dossier_of_no_known_procedure_is_a_fault() -> None:
    child = SubDossier(procedure=ProcedureCode("2.00815"), basis=BASIS)
    given = with_step(procedure(COPY), StepKind.APPRAISAL, kind=StepKind.SUB_DOSSIER, sub_dossier=child)

    (found,) = faults(given, "inner-limits")
    assert found.hint == "có phải “2.000815”?"


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({}, None),
        ({"gives": {}}, "steps[1].sub_dossier.gives"),
        ({"gives": {"day": "registered"}}, "steps[1].sub_dossier.gives"),
        ({"gives": {"day": "born_on", "hour": "born_on"}}, "steps[1].sub_dossier.gives"),
        ({"brings": {"birth_book": "day"}}, "steps[1].sub_dossier.brings"),
        ({"brings": {"birth_book": "page"}}, "steps[1].sub_dossier.brings"),
    ],
)
def test_a_part_is_given_what_it_needs_and_brings_what_it_has(changes: dict[str, object], path: str | None) -> None:
    whole = member(WHOLE)
    terms = whole.step(StepId("birth")).sub_dossier
    assert terms is not None
    steps = tuple(
        one.model_copy(update={"sub_dossier": terms.model_copy(update=changes)}) if one.id == "birth" else one
        for one in whole.steps
    )
    jurisdiction = replace(HERE, procedures={one.code: one for one in bundle()})

    found = [
        fault.path
        for fault in lint_in(jurisdiction, whole.model_copy(update={"steps": steps}))
        if fault.rule == "sub-dossier-fits" and fault.path.startswith("steps[1]")
    ]
    assert found[:1] == ([] if path is None else [path])


def test_a_part_is_received_where_the_whole_is() -> None:
    birth = member(BIRTH)
    elsewhere = tuple(
        one.model_copy(update={"unit": "control"}) if one.name == "counter" else one for one in birth.participants
    )
    moved = birth.model_copy(update={"participants": elsewhere})
    jurisdiction = replace(HERE, procedures={one.code: one for one in bundle()} | {moved.code: moved})

    found = [fault.path for fault in lint_in(jurisdiction, member(WHOLE)) if fault.rule == "sub-dossier-fits"]
    assert found == ["steps[1].sub_dossier.procedure"]


@pytest.mark.parametrize(
    ("limit", "broken"), [("1wd", False), ("2wd", False), ("1d", False), ("2d", True), ("10d", False)]
)
def test_an_apology_needs_a_working_day_before_the_due_date(limit: str, broken: bool) -> None:  # noqa: FBT001
    """NĐ 61/2018/NĐ-CP, Điều 19.9; Tết 2026 leaves ten days with working days in them."""
    given = procedure(PERMIT).model_copy(update={"limit": TimeLimit.parse(limit)})

    assert bool(faults(given, "apology-reachable")) is broken


@pytest.mark.parametrize(("limit", "broken"), [("4wh", False), ("8wh", False), ("9wh", True), ("24h", False)])
def test_limits_of_a_working_day_at_most_leave_no_day_for_an_apology(limit: str, broken: bool) -> None:  # noqa: FBT001
    """What has no such day is weighed when it is overdue, so the rule asks for none."""
    changes = {"limit": TimeLimit.parse(limit), "counting": Counting.ELAPSED, "cutoff": None}
    given = procedure(PERMIT).model_copy(update=changes)

    assert bool(faults(given, "apology-reachable")) is broken


@pytest.mark.parametrize("given", LONGER, ids=lambda one: f"{one.code}.{one.version}")
def test_where_the_rule_finds_a_day_the_engine_weighs_on_it(given: Procedure) -> None:
    limits = Limits(limit=given.limit, counting=given.counting, cutoff=given.cutoff, ladder=(LastDay(),))
    for received in receipts(given, HERE.calendar):
        try:
            term = term_of(limits, HERE.calendar, received)
        except BeyondCalendar:
            break
        assert term.due_at is not None
        [weighed] = term.rungs
        opens = apology_opens(HERE.calendar, received, term.due_at)
        assert opens is not None
        assert weighed.at == opens < term.due_at


def test_a_same_day_procedure_must_fit_between_its_cutoff_and_the_closing() -> None:
    two_hours = with_step(procedure(COPY), StepKind.APPRAISAL, limit=TimeLimit.parse("1.5wh"))
    longer = with_step(procedure(COPY), StepKind.APPRAISAL, limit=TimeLimit.parse("1.51wh"))

    assert faults(two_hours, "limits-fit-any-receipt") == ()
    assert "15:00" in faults(longer, "limits-fit-any-receipt")[0].message


async def test_the_measured_start_input_is_never_less_than_the_real_one() -> None:
    calendar = load_calendar(HERE.calendar.version)
    moment = parse_instant("2026-12-31T08:00")
    years = calendar.between(date(2026, 1, 1), date(2028, 12, 31))
    for given, everywhere in groupby(places(), key=lambda one: one.procedure):
        estimate = start_input_size(given, rule_set(given.rule_set), HERE)
        for place in everywhere:
            seats = resolve_seats(place.directory, given, place.counter, place.territory)
            posts = {one.unit: one for part in given.participants for one in HERE.staff.posts(given, part)}
            pinned = {seat.unit: posts[seat.unit].calendar for seat in seats.values()}
            rulebook = Rulebook(
                procedure=given,
                rule_set=rule_set(given.rule_set),
                calendars={one.version: one.between(years.first, years.last) for one in pinned.values()},
                unit_calendars={unit: one.version for unit, one in pinned.items()},
                promise_calendar=pinned[seats[given.lead.name].unit].version,
            )
            clock = FastClock(origin_wall=moment, origin=moment, factor=3600, calendar=years)
            start = DossierStart(dossier=uuid4(), rulebook=rulebook, clock=clock)
            [payload] = await DATA_CONVERTER.encode([start])

            assert len(payload.data) <= estimate <= START_INPUT_MAX
