import pytest
from hypothesis import given
from hypothesis import strategies as st

from datafiles.faults import Fault, Faulty
from dossiers.procedure import Procedure, StepKind
from procedures.linter import RULES, lint
from procedures.reader import parse_procedure
from tests.procedures.sound import AT_THE_COUNTER, TRAVELLING, changed
from tests.support.bundles import BUNDLE

T, C, B = TRAVELLING, AT_THE_COUNTER, BUNDLE
_CONSULTATION = """    consultation:
      content: An toàn
      on_timeout: deemed_consent
      basis: {citation: Điều 3, verified: true}
"""
_PAYMENT = """    payment:
      answer_limit: 30d
      basis: {citation: Điều 4, verified: true}
"""
_RETURN = """  - id: return
    kind: return
    label: Trả kết quả
    by: counter
    role: counter
    after: [approval]
"""
_LAST_RESORT = """  - id: minor
    kind: approval
    label: Phê duyệt rút gọn
    by: leaders
    role: approver
    after: [payment]
    when: WHEN
    limit: 8wh
    not_by: [appraisal]
    outcomes: [{code: approved, label: Đồng ý}]
"""
_LEADS = """duty: lead, agency: commune_committee, unit: justice}
  - {name: leaders, duty: lead,"""
_REFUSAL = "      - {code: ineligible, label: Không đủ điều kiện, effect: refuse, reason: true}\n"
_EXTENDED = "    supplement:\n      policy: extend\n      extension: 1wd\n"
_PAUSED = "    supplement:\n      policy: resume\n      answer_limit: 30d\n"
_SUPPLEMENT = "    supplement: {policy: restart, basis: {citation: Điều 2, verified: true}}\n"

_LAST = (
    "  - {id: return, kind: return, label: Trả kết quả, by: counter, role: counter, after: [residence, insurance]}\n"
)
_REFUSED_AFTERWARDS = """\
  - id: check
    kind: verification
    label: Rà lại
    by: justice
    role: officer
    after: [residence, insurance]
    outcomes:
      - {code: fine, label: Được}
      - {code: refused, label: Không được, effect: refuse, reason: true}
  - {id: return, kind: return, label: Trả kết quả, by: counter, role: counter, after: [check]}
"""

#: A rule, a sound text, what is changed in it, and where the fault is then found.
BROKEN = (
    ("duplicate-id", T, "{code: late, ", "{code: near, ", "ladders.default[2]"),
    ("duplicate-id", T, "  - {code: paper,", "  - {code: paper, title: Một}\n  - {code: paper,", "results[1]"),
    ("unknown-step", T, "not_by: [appraisal]", "not_by: [apraisal]", "steps[4].not_by[0]"),
    ("unknown-step", T, "back_to: appraisal", "back_to: nowhere", "steps[4].outcomes[1].back_to"),
    ("unknown-step", T, "after: [payment]", "after: [payment, paiment]", "steps[4].after[1]"),
    ("unknown-participant", T, "by: office\n", "by: offices\n", "steps[1].by"),
    ("idle-participant", T, "by: leaders\n", "by: office\n", "participants[2]"),
    ("unknown-ladder", T, "    role: approver\n", "    role: approver\n    ladder: slow\n", "steps[4].ladder"),
    ("required-ladders", T, "  transfer:\n", "  moving:\n", "ladders"),
    ("unknown-fact", T, "records: [risky]", "records: [risky, risk]", "steps[1].records[1]"),
    ("unknown-fact", T, "{fact: floors, test", "{fact: floor, test", "steps[2].when"),
    ("fact-never-known", T, "    records: [risky]\n", "", "steps[2].when"),
    ("fact-type", T, "{fact: risky, value: true}", "{fact: risky, value: 1}", "steps[2].when"),
    ("fact-type", T, "{fact: use, value: home}", "{fact: use, value: house}", "steps[3].when"),
    ("fact-type", T, "{fact: use, value: home}", "{fact: use, test: at_least, value: home}", "steps[3].when"),
    ("fact-choices", T, "type: boolean,", "type: boolean, choices: [a],", "facts[0].choices"),
    ("fact-choices", T, "choices: [home, shop]", "choices: []", "facts[2]"),
    ("misplaced-terms", T, "    not_by: [appraisal]\n", _CONSULTATION, "steps[4].consultation"),
    ("misplaced-terms", T, "    not_by: [appraisal]\n", _PAYMENT, "steps[4].payment"),
    ("cycle", T, "after: [reception]", "after: [reception, payment]", "steps[1].after"),
    (
        "reception-first",
        T,
        "kind: reception\n",
        "kind: reception\n    after: []\n    when: {fact: floors, value: 1}\n",
        None,
    ),
    ("return-last", T, _RETURN, _RETURN + _RETURN.replace("id: return", "id: again"), "steps"),
    ("unreachable-step", T, "    after: [reception]\n", "", "steps[1]"),
    ("dead-end", T, "after: [opinion]", "after: [appraisal]", "steps[2]"),
    ("outcomes", C, "    outcomes: [{code: eligible, label: Được}]\n", "", "steps[1]"),
    ("outcomes", C, "label: Được}", "label: Được, effect: refuse, reason: true}", "steps[1].outcomes"),
    ("outcome-terms", T, "effect: refuse, reason: true", "effect: refuse", "steps[1].outcomes[1]"),
    ("outcome-terms", T, "label: Đồng ý}", "label: Đồng ý, back_to: appraisal}", "steps[4].outcomes[0]"),
    ("rework-target", T, "back_to: appraisal", "back_to: return", "steps[4].outcomes[1].back_to"),
    ("rework-target", T, "back_to: appraisal", "back_to: reception", "steps[4].outcomes[1].back_to"),
    ("rework-target", T, "    limit: 2wd\n    rec", "    limit: 2wd\n    rework_max: 0\n    rec", None),
    ("one-counter", C, "duty: counter,", "duty: lead,", "participants"),
    (
        "one-lead",
        T,
        "duty: lead, agency: commune_committee, unit: leaders",
        "duty: lead, agency: x, unit: y",
        "participants",
    ),
    ("one-lead", T, _LEADS, _LEADS.replace("duty: lead", "duty: coordinating"), "participants"),
    (
        "counter-steps",
        T,
        "by: counter\n    role: counter\n    after: [opinion]",
        "by: office\n    role: counter\n    after: [opinion]",
        "steps[3].by",
    ),
    ("consulted-steps", T, "by: police\n", "by: office\n", None),
    ("four-eyes", T, "not_by: [appraisal]", "not_by: [approval]", "steps[4].not_by[0]"),
    ("on-the-spot", C, "  outcome: signed", "  outcome: redo", "on_the_spot.outcome"),
    ("on-the-spot", C, "after: [appraisal]", "after: [appraisal, reception]", "on_the_spot"),
    ("on-the-spot", C, "kind: appraisal", "kind: signing", "on_the_spot"),
    ("limit-unit", T, "limit: 8wh", "limit: 1d", "steps[4].limit"),
    ("limit-unit", T, "limit: 5wd", "limit: 5.5wd", "limit"),
    ("limit-unit", T, "after: 4wh", "after: 4h", "ladders.default[2].after"),
    ("limit-unit", T, "limit: 5wd\n", "limit: 5wd\ncounting: elapsed\n", "counting"),
    ("limits-fit", T, "limit: 8wh", "limit: 8.25wh", "limit"),
    ("consultation-terms", T, _CONSULTATION, "", "steps[2]"),
    ("consultation-terms", T, "    limit: 2wd\n    consultation", "    consultation", "steps[2]"),
    ("payment-terms", T, _PAYMENT, "", "steps[3]"),
    ("supplement-terms", T, "      extension: 1wd\n", "", "steps[1].supplement"),
    ("supplement-terms", T, "extension: 1wd", "extension: 8wh", "steps[1].supplement.extension"),
    ("supplement-terms", T, "    limit: 100wd\n", _SUPPLEMENT, "steps[3].supplement"),
    ("consultation-terms", T, "    limit: 2wd\n    consultation", "    limit: 0wd\n    consultation", "steps[2].limit"),
    ("sub-dossier-terms", C, "kind: appraisal", "kind: sub_dossier", "steps[1]"),
    ("sub-dossier-terms", B, "{day: born_on}", "{day: born}", "steps[1].sub_dossier.gives"),
    ("sub-dossier-terms", B, "{birth_book: book}", "{birth_books: book}", "steps[1].sub_dossier.brings"),
    ("sub-dossier-terms", B, "granted: resides", "granted: residing", "steps[2].sub_dossier.granted"),
    ("sub-dossier-terms", B, "granted: resides", "granted: born_on", "steps[2].sub_dossier.granted"),
    (
        "sub-dossier-terms",
        B,
        "    limit: 1wd\n",
        "    limit: 1wd\n    outcomes: [{code: a, label: A}]\n",
        "steps[1].outcomes",
    ),
    ("sub-dossier-stays", B, _LAST, _REFUSED_AFTERWARDS, "steps[4].outcomes[1]"),
    ("stop-resumes", T, "policy: extend\n      extension: 1wd", "policy: resume", "steps[1].supplement"),
    ("stop-resumes", T, "answer_limit: 30d", "answer_limit: 0wd", "steps[3].payment.answer_limit"),
    ("stop-resumes", T, _REFUSAL + _EXTENDED, _PAUSED, "steps[1].supplement"),
    (
        "rework-budget",
        T,
        "    limit: 2wd\n    rec",
        "    limit: 2wd\n    rework_max: 6\n    rec",
        "steps[1].rework_max",
    ),
    ("lawful-result", T, "kind: approval", "kind: verification", "steps[5]"),
    ("lawful-result", T, "after: [approval]", "after: [approval, payment]", "steps[5]"),
    ("lawful-result", T, "    limit: 8wh\n", "    limit: 8wh\n    when: {fact: use, value: shop}\n", "steps[5]"),
    ("lawful-result", C, "effect: refuse", "effect: forward", "steps"),
    ("fees-and-components", T, "title: Đơn, originals: 1", "title: Đơn", "components[0]"),
    ("fees-and-components", T, "originals: 1", "originals: 1, required: false", "components"),
    ("fees-and-components", T, "  - {code: form, title: Đơn, originals: 1}\n", "  []\n", "steps[1].supplement"),
    (
        "fees-and-components",
        T,
        "results:\n",
        "fees: [{code: fee, title: Phí, amount: 0}]\nresults:\n",
        "fees[0].amount",
    ),
    ("rung-order", T, "after: 1wd, n", "after: 0.5wd, n", "ladders.default[3]"),
    ("rung-order", T, "share: 75", "share: 100", None),
)


def faults_in(text: str) -> tuple[Fault, ...]:
    with pytest.raises(Faulty) as caught:
        parse_procedure(text)
    return caught.value.faults


@pytest.mark.parametrize("text", [TRAVELLING, AT_THE_COUNTER, BUNDLE], ids=["travelling", "at the counter", "bundle"])
def test_a_sound_procedure_breaks_no_rule(text: str) -> None:
    assert lint(parse_procedure(text)) == ()


@pytest.mark.parametrize(("rule", "text", "old", "new", "place"), BROKEN, ids=[row[0] for row in BROKEN])
def test_a_broken_rule_is_found_where_it_is_broken(rule: str, text: str, old: str, new: str, place: str | None) -> None:
    faults = faults_in(changed(text, old, new))

    found = [fault for fault in faults if fault.rule == rule]
    assert found, faults
    assert place is None or place in [fault.path for fault in found]
    assert all(fault.message and fault.hint and fault.line > 1 for fault in found)


def test_every_rule_has_a_text_that_breaks_it() -> None:
    assert {rule.id for rule in RULES} == {rule for rule, *_ in BROKEN}


def test_rule_ids_are_unique_and_titled() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES) > 20
    assert all(rule.title for rule in RULES)


def test_all_faults_are_reported_at_once_in_the_order_of_the_file() -> None:
    text = changed(changed(TRAVELLING, "by: office\n", "by: offices\n"), "not_by: [appraisal]", "not_by: [nobody]")

    faults = faults_in(text)

    assert [(fault.rule, fault.line) for fault in faults if fault.rule.startswith("unknown-")] == [
        ("unknown-participant", text.splitlines().index("    by: offices") + 1),
        ("unknown-step", text.splitlines().index("    not_by: [nobody]") + 1),
    ]


def test_an_unknown_name_is_answered_with_the_nearest_known_one() -> None:
    (fault,) = faults_in(changed(TRAVELLING, "not_by: [appraisal]", "not_by: [apraisal]"))

    assert fault.hint == "có phải “appraisal”?"


def test_a_cycle_is_printed_as_the_path_it_takes() -> None:
    faults = faults_in(changed(TRAVELLING, "after: [reception]", "after: [reception, payment]"))

    (cycle,) = [fault for fault in faults if fault.rule == "cycle"]
    assert "appraisal → opinion → payment → appraisal" in cycle.message


def test_limits_that_do_not_fit_are_printed_as_their_sum() -> None:
    (fault,) = faults_in(changed(TRAVELLING, "limit: 8wh", "limit: 8.25wh"))

    assert "cần 40,25 giờ làm việc, thời hạn chỉ có 40: appraisal 2wd + opinion 2wd + approval 8.25wh" in fault.message


def test_a_fact_that_a_skipped_step_would_have_recorded_may_be_unknown_when_somebody_must_decide() -> None:
    """Two signers, by a fact that only the tax step records; without a tax nobody would sign."""
    sound = changed(TRAVELLING, "    limit: 8wh\n", "    limit: 8wh\n    when: {fact: risky, value: true}\n")
    other = _LAST_RESORT.replace("WHEN", "{fact: risky, value: false}")
    both = changed(sound, "  - id: return\n", f"{other}  - id: return\n").replace(
        "after: [approval]\n", "after: [approval, minor]\n"
    )
    skipped = changed(both, "    records: [risky]\n", "    records: [risky]\n    when: {fact: use, value: shop}\n")
    caught = changed(skipped, "{fact: risky, value: false}", "{not: {fact: risky, value: true}}")

    parse_procedure(both)
    found = [fault.message for fault in faults_in(skipped) if fault.rule == "lawful-result"]
    assert found == ["không bước phê duyệt, ký nào áp dụng khi chưa biết risky"]
    parse_procedure(caught)


def test_same_day_procedures_have_one_working_day() -> None:
    (fault,) = faults_in(changed(AT_THE_COUNTER, "    role: approver\n", "    role: approver\n    limit: 9wh\n"))

    assert fault.rule == "limits-fit"
    parse_procedure(changed(AT_THE_COUNTER, "    role: approver\n", "    role: approver\n    limit: 8wh\n"))


def test_what_runs_while_the_promise_is_stopped_does_not_count() -> None:
    assert "limit: 100wd" in TRAVELLING, "the payment step of the sound procedure outlasts its promise"

    parse_procedure(TRAVELLING)


def test_a_fault_without_a_document_still_says_where() -> None:
    procedure = parse_procedure(TRAVELLING)
    (appraisal,) = procedure.steps_of_kind(StepKind.APPRAISAL)
    steps = tuple(appraisal.model_copy(update={"by": "x"}) if one == appraisal else one for one in procedure.steps)

    faults = lint(procedure.model_copy(update={"steps": steps}))

    assert [(one.file, one.path) for one in faults if one.rule == "unknown-participant"] == [
        ("9.000001", "steps[1].by")
    ]


SOUND = parse_procedure(TRAVELLING)
NAMES = st.sampled_from([*(step.id for step in SOUND.steps), "nowhere"])


@st.composite
def tangled(draw: st.DrawFn) -> Procedure:
    """The sound procedure with its steps renamed, rewired and given other kinds at random."""
    steps = tuple(
        step.model_copy(
            update={
                "id": draw(NAMES),
                "kind": draw(st.sampled_from(StepKind)),
                "after": tuple(draw(st.lists(NAMES, max_size=3))),
                "not_by": tuple(draw(st.lists(NAMES, max_size=2))),
            }
        )
        for step in SOUND.steps
    )
    return SOUND.model_copy(update={"steps": steps})


@given(tangled())
def test_the_linter_stands_any_tangle(procedure: Procedure) -> None:
    ring = {one for step in procedure.steps for one in step.after if one == step.id}

    faults = lint(procedure)

    assert not ring or any(fault.rule in {"cycle", "duplicate-id"} for fault in faults)
