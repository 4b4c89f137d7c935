from datetime import date
from pathlib import Path

import pytest

from agencies.directory import (
    SHIPPED,
    SeatVacant,
    counters,
    heads,
    in_force,
    load_directories,
    load_directory,
    nearest_agency,
    officers_of,
    read_directory,
    resolve_seats,
)
from agencies.roster import Directory, TerritoryCode, Tier
from datafiles.faults import Faulty
from dossiers.escalation import NoticeRole
from dossiers.procedure import Role, Step, StepKind
from dossiers.seats import Seat
from dossiers.values import OfficerId, UnitCode
from procedures.catalogue import shipped
from tests.support.government import Place, places

DIRECTORY = load_directory()
COMMUNE_COUNTERS = [seat.unit for seat in counters(DIRECTORY) if DIRECTORY.agency(seat.agency).tier is Tier.COMMUNE]
PERMIT = next(one for one in shipped() if one.code == "1.013225")


def able(directory: Directory, seats: dict[str, Seat], step: Step) -> list[OfficerId]:
    return [officer.id for officer in officers_of(directory, seats[step.by], step.role)]


everywhere = pytest.mark.parametrize("place", tuple(places()), ids=str)


@everywhere
def test_every_shipped_procedure_can_be_staffed_wherever_it_is_received(place: Place) -> None:
    seats = resolve_seats(place.directory, place.procedure, place.counter, place.territory)

    assert all(able(place.directory, seats, step) for step in place.procedure.steps)


@everywhere
def test_four_eyes_hold_whoever_did_the_steps_before(place: Place) -> None:
    """Whichever officers did the steps named in ``not_by``, another one is left."""
    directory, procedure = place.directory, place.procedure
    seats = resolve_seats(directory, procedure, place.counter, place.territory)

    for step in procedure.steps:
        left = able(directory, seats, step)
        busiest = sum(1 for name in step.not_by if set(able(directory, seats, procedure.step(name))) & set(left))
        assert len(left) > busiest, step.id


@everywhere
def test_every_rung_finds_somebody_to_tell(place: Place) -> None:
    seats = resolve_seats(place.directory, place.procedure, place.counter, place.territory)

    for seat in seats.values():
        for role in NoticeRole:
            assert heads(place.directory, seat, seats["counter"], role), (seat, role)


@everywhere
def test_every_counter_and_every_appraising_unit_has_a_second_officer(place: Place) -> None:
    directory = place.directory
    seats = resolve_seats(directory, place.procedure, place.counter, place.territory)

    assert len(officers_of(directory, seats["counter"], Role.COUNTER)) >= 2
    for step in place.procedure.steps_of_kind(StepKind.APPRAISAL):
        assert len(able(directory, seats, step)) >= 2


def test_the_directory_of_three_tiers_gives_way_to_that_of_two_on_the_first_of_july_2025() -> None:
    days = (date(2022, 3, 1), date(2025, 6, 30), date(2025, 7, 1), date(2026, 11, 25))

    versions = [one.version for day in days if (one := in_force(load_directories(), day)) is not None]

    assert versions == ["quang-ninh-2022.1", "quang-ninh-2022.1", "quang-ninh-2026.1", "quang-ninh-2026.1"]
    assert in_force(load_directories(), date(2016, 12, 31)) is None


def test_districts_stand_between_province_and_commune_only_until_then() -> None:
    three, two = load_directories()

    assert {one.tier for one in three.agencies} == set(Tier)
    assert {one.tier for one in two.agencies} == set(Tier) - {Tier.DISTRICT}
    assert three.lineage(TerritoryCode("bach-dang")) == ("bach-dang", "ha-long-city", "quang-ninh")


def test_a_code_names_one_thing_in_every_version() -> None:
    three, two = load_directories()
    shared = [one for one in three.agencies if two.has_agency(one.code)]

    assert shared
    assert all(two.agency(one.code).kind == one.kind for one in shared)
    for seat, officer in three.members():
        if two.has_unit(seat.unit):
            assert two.seat(seat.unit) == seat
        if two.has_officer(officer.id):
            assert two.officer(officer.id).name == officer.name


def test_there_are_five_communes_and_a_provincial_centre() -> None:
    assert len(COMMUNE_COUNTERS) == 5
    assert len(counters(DIRECTORY)) == 6


def test_the_nearest_agency_of_a_kind_takes_the_part() -> None:
    """Móng Cái has a tax office of its own; the others are served by the province's."""
    border = nearest_agency(DIRECTORY, "tax_office", TerritoryCode("mong-cai"))
    bay = nearest_agency(DIRECTORY, "tax_office", TerritoryCode("ha-long"))

    assert border is not None
    assert bay is not None
    assert (border.code, bay.code) == ("mong-cai-tax", "provincial-tax")


def test_a_part_that_nobody_fills_is_named() -> None:
    with pytest.raises(SeatVacant) as caught:
        resolve_seats(DIRECTORY, PERMIT, UnitCode("quang-ninh-one-stop"))

    assert caught.value.particulars == {"participant": "construction"}
    assert "commune_committee" in caught.value.message


def test_the_provincial_counter_receives_for_the_commune_where_the_house_stands() -> None:
    seats = resolve_seats(DIRECTORY, PERMIT, UnitCode("quang-ninh-one-stop"), TerritoryCode("co-to"))

    assert seats["counter"] == DIRECTORY.seat(UnitCode("quang-ninh-one-stop"))
    assert seats["construction"] == DIRECTORY.seat(UnitCode("co-to-land"))


def test_only_a_counter_receives() -> None:
    with pytest.raises(SeatVacant) as caught:
        resolve_seats(DIRECTORY, PERMIT, UnitCode("ha-long-justice"))

    assert caught.value.particulars == {"participant": "counter"}


def test_an_officer_is_found_at_his_seat() -> None:
    for seat, officer in DIRECTORY.members():
        assert DIRECTORY.seat_of(officer.id) == seat
        assert DIRECTORY.officer(officer.id) is officer


def test_a_unit_works_by_its_own_override_over_those_above_it() -> None:
    assert [one.name for one in DIRECTORY.calendar_overrides(UnitCode("ha-long-one-stop"))] == ["saturday-morning"]
    assert DIRECTORY.calendar_overrides(UnitCode("ha-long-land")) == ()


def test_overrides_are_laid_from_the_outermost_in(tmp_path: Path) -> None:
    calendars = "".join(f"  - {{name: {name}}}\n" for name in ("province", "branch", "unit"))
    directory = read_directory(
        sample(
            tmp_path,
            ("version: v1\n", f"version: v1\ncalendars:\n{calendars}"),
            ("    code: town\n", "    code: town\n    calendar: province\n"),
            ("    parent: town\n", "    parent: town\n    calendar: branch\n"),
            ("        kind: one_stop\n", "        kind: one_stop\n        calendar: unit\n"),
        )
    )

    overrides = directory.calendar_overrides(UnitCode("desk"))
    assert [one.name for one in overrides] == ["province", "branch", "unit"]


def test_the_directory_says_what_is_invented() -> None:
    assert DIRECTORY.unverified
    for path in sorted(SHIPPED.iterdir()):
        assert "hư cấu" in path.read_text(encoding="utf-8").splitlines()[0], path


SAMPLE = """\
version: v1
effective_from: 2025-07-01
unverified: [tất cả]
territories:
  - {code: land, name: Tỉnh}
  - {code: bay, name: Phường, parent: land}
agency_kinds: [{code: committee, name: Ủy ban}, {code: one_stop_centre, name: Trung tâm}]
unit_kinds: [{code: one_stop, name: Một cửa}, {code: office, name: Văn phòng}]
agencies:
  -
    code: town
    identifier: H49.1
    name: Ủy ban
    kind: committee
    tier: commune
    serves: [bay]
    units:
      - code: office
        name: Văn phòng
        kind: office
        officers: [{id: head, name: A, roles: [unit_head, agency_head]}]
  -
    code: centre
    identifier: H49.2
    name: Trung tâm
    kind: one_stop_centre
    tier: commune
    parent: town
    serves: [bay]
    units:
      - code: desk
        name: Quầy
        kind: one_stop
        officers:
          - {id: chief, name: B, roles: [unit_head, agency_head, one_stop_head]}
          - {id: clerk, name: C, roles: [counter]}
"""


def sample(folder: Path, *changes: tuple[str, str]) -> Path:
    text = SAMPLE
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (folder / "directory.yaml").write_text(text, encoding="utf-8")
    return folder


SECOND = """  -
    code: other
    identifier: H49.3
    name: Ủy ban
    kind: committee
    tier: commune
    serves: [bay]
    units:
      - code: other-office
        name: Văn phòng
        kind: office
        officers: [{id: other-head, name: A, roles: [unit_head, agency_head]}]
"""
BROKEN = (
    ("directory-version", "version: v1\n", ""),
    ("directory-time", "effective_from: 2025-07-01\n", ""),
    ("directory-time", "effective_from: 2025-07-01\n", "effective_from: 2025-07-01\neffective_to: 2025-06-30\n"),
    ("duplicate-territory", "{code: bay, name: Phường, parent: land}", "{code: land, name: Phường}"),
    ("duplicate-agency", "code: centre\n", "code: town\n"),
    ("duplicate-identifier", "H49.2", "H49.1"),
    ("duplicate-unit", "code: desk\n", "code: office\n"),
    ("duplicate-officer", "{id: clerk,", "{id: head,"),
    ("duplicate-calendar", "version: v1\n", "version: v1\ncalendars: [{name: x}, {name: x}]\n"),
    ("unknown-territory", "parent: land}", "parent: nowhere}"),
    ("unknown-territory", "    parent: town\n    serves: [bay]", "    serves: [sea]"),
    ("unknown-agency-kind", "kind: committee\n", "kind: comittee\n"),
    ("unknown-unit-kind", "kind: office\n", "kind: ofice\n"),
    ("unknown-parent", "    parent: town\n", "    parent: twon\n"),
    ("unknown-calendar", "        kind: office\n", "        kind: office\n        calendar: x\n"),
    ("parent-ring", "    code: town\n", "    code: town\n    parent: centre\n"),
    ("parent-ring", "{code: land, name: Tỉnh}", "{code: land, name: Tỉnh, parent: bay}"),
    ("unit-without-head", "roles: [unit_head, agency_head]", "roles: [agency_head]"),
    ("unit-without-head", "roles: [unit_head, agency_head, one_stop_head]", "roles: [unit_head, agency_head]"),
    ("agency-without-head", "roles: [unit_head, agency_head]", "roles: [unit_head]"),
    ("ambiguous-agency", "agencies:\n", "agencies:\n" + SECOND),
    (
        "ambiguous-unit",
        "    units:\n      - code: desk\n",
        "    units:\n"
        + SECOND.split("units:\n")[1].replace("office\n        off", "one_stop\n        off")
        + "      - code: desk\n",
    ),
    ("counter-territory", "    parent: town\n    serves: [bay]", "    parent: town\n    serves: [bay, land]"),
    ("schema-too-short", "roles: [counter]", "roles: []"),
    ("schema-enum", "roles: [counter]", "roles: [conter]"),
)


def test_the_sample_is_sound(tmp_path: Path) -> None:
    assert read_directory(sample(tmp_path)).version == "v1"


@pytest.mark.parametrize(("rule", "old", "new"), BROKEN, ids=[row[0] for row in BROKEN])
def test_what_is_wrong_in_a_directory_is_found_with_its_line(tmp_path: Path, rule: str, old: str, new: str) -> None:
    folder = sample(tmp_path, (old, new))

    with pytest.raises(Faulty) as caught:
        read_directory(folder)

    found = [fault for fault in caught.value.faults if fault.rule == rule]
    assert found, caught.value.faults
    assert all(fault.file == str(folder / "directory.yaml") and fault.line >= 1 and fault.hint for fault in found)


def test_faults_of_several_files_are_reported_together(tmp_path: Path) -> None:
    sample(tmp_path, ("version: v1\n", "verion: v1\n"))
    (tmp_path / "more.yaml").write_text("agencies: 3\n", encoding="utf-8")

    with pytest.raises(Faulty) as caught:
        read_directory(tmp_path)

    assert [(Path(one.file).name, one.rule) for one in caught.value.faults] == [
        ("directory.yaml", "schema-extra-forbidden"),
        ("more.yaml", "schema-tuple-type"),
    ]


def test_an_empty_folder_is_no_directory(tmp_path: Path) -> None:
    with pytest.raises(Faulty, match="directory-empty"):
        read_directory(tmp_path)


@pytest.mark.parametrize(
    ("counter", "territory", "receiver"),
    [
        ("mong-cai-one-stop", "ha-long", "ha-long-one-stop"),
        ("ha-long-one-stop", None, "ha-long-one-stop"),
        ("quang-ninh-one-stop", "co-to", "co-to-one-stop"),
    ],
)
def test_the_official_receiver_is_the_counter_of_the_territory(
    counter: str, territory: str | None, receiver: str
) -> None:
    """NĐ 61/2018/NĐ-CP, Điều 18.3: wherever in the province the dossier was taken in."""
    business = next(one for one in shipped() if (one.code, one.version) == ("1.001612", 2))
    at = None if territory is None else TerritoryCode(territory)
    seats = resolve_seats(DIRECTORY, business, UnitCode(counter), at)

    assert seats["counter"].unit == counter
    assert seats["competent_counter"].unit == receiver
    assert (
        DIRECTORY.agency(seats["economy"].agency).serves == DIRECTORY.agency(seats["competent_counter"].agency).serves
    )
