"""A procedure with what the shipped ones lack: branches at two agencies, an opinion that must come, signing."""

from functools import cache

from dossiers.procedure import HandOverMode, Procedure, Supplement, SupplementPolicy
from dossiers.rulebook import Rulebook
from procedures.reader import parse_procedure
from tests.support.builders import Run, changed, rulebook_of

_TEXT = """\
code: 9.000009
version: 1
title: Thủ tục rẽ nhánh
field: Thử nghiệm
level: commune
effective_on: 2026-01-01
rule_set: ND61_2018
basis: [{citation: Điều 1, verified: true}]
limit: 10wd
participants:
  - {name: counter, duty: counter, agency: one_stop_centre, unit: one_stop}
  - {name: office, duty: lead, agency: commune_committee, unit: justice}
  - {name: leaders, duty: lead, agency: commune_committee, unit: leaders}
  - {name: police, duty: coordinating, agency: provincial_police, unit: residence}
  - {name: tax, duty: coordinating, agency: tax_office, unit: property_tax}
  - {name: health, duty: consulted, agency: fire_police, unit: fire_appraisal}
facts:
  - {name: taxable, type: boolean, label: Có thuế, required: true}
  - {name: doubtful, type: boolean, label: Cần hỏi}
components: [{code: form, title: Tờ khai, originals: 1}]
results: [{code: paper, title: Giấy}]
ladders:
  default:
    - {code: near, label: Sắp hết hạn, share: 75, notify: holder}
    - {code: overdue, label: Quá hạn, share: 100, notify: unit_head}
    - {code: late_4h, label: Quá hạn 4 giờ, after: 4wh, notify: agency_head}
  promise:
    - {code: near, label: Sắp đến ngày trả, share: 75, notify: unit_head}
    - {code: overdue, label: Quá ngày trả, share: 100, notify: agency_head}
    - {code: late_1d, label: Quá một ngày, after: 1wd, notify: supervisor}
  transfer:
    - {code: overdue, label: Chậm chuyển, share: 100, notify: one_stop_head}
steps:
  - {id: reception, kind: reception, label: Tiếp nhận, by: counter, role: counter, limit: 4wh}
  - {id: scan, kind: digitisation, label: Số hóa, by: counter, role: counter, after: [reception], limit: 2wh}
  - id: study
    kind: appraisal
    label: Thẩm định
    by: office
    role: officer
    after: [scan]
    limit: 2wd
    records: [doubtful]
    rework_max: 2
    outcomes:
      - {code: eligible, label: Đủ điều kiện}
      - {code: ineligible, label: Không đủ điều kiện, effect: refuse, reason: true}
    supplement:
      policy: resume
      answer_limit: 5wd
      requests_max: 2
      basis: {citation: Điều 2, verified: true}
  - id: residence
    kind: verification
    label: Xác minh cư trú
    by: police
    role: officer
    after: [study]
    limit: 2wd
    outcomes:
      - {code: confirmed, label: Đúng}
      - {code: unclear, label: Chưa rõ, effect: rework, back_to: study, reason: true}
      - {code: false_claim, label: Khai sai, effect: refuse, reason: true}
    supplement:
      policy: resume
      answer_limit: 5wd
      requests_max: 3
      basis: {citation: Điều 3, verified: true}
  - id: taxation
    kind: verification
    label: Xác định thuế
    by: tax
    role: officer
    after: [study]
    when: {fact: taxable, value: true}
    limit: 3wd
    outcomes:
      - {code: determined, label: Đã xác định}
      - {code: unclear, label: Chưa rõ, effect: rework, back_to: study, reason: true}
  - id: opinion
    kind: consultation
    label: Lấy ý kiến
    by: health
    role: officer
    after: [study]
    when: {fact: doubtful, value: true}
    limit: 1wd
    consultation: {content: An toàn, on_timeout: escalate, basis: {citation: Điều 4, verified: true}}
  - id: conclusion
    kind: verification
    label: Tổng hợp
    by: office
    role: officer
    after: [residence, taxation, opinion]
    limit: 1wd
    outcomes: [{code: proposed, label: Trình}]
  - id: approval
    kind: approval
    label: Phê duyệt
    by: leaders
    role: approver
    after: [conclusion]
    limit: 1wd
    not_by: [study, conclusion]
    outcomes:
      - {code: approved, label: Đồng ý}
      - {code: redo, label: Tổng hợp lại, effect: rework, back_to: conclusion, reason: true}
      - {code: again, label: Thẩm định lại, effect: rework, back_to: study, reason: true}
      - {code: resurvey, label: Xác định thuế lại, effect: rework, back_to: taxation, reason: true}
      - {code: refused, label: Không đồng ý, effect: refuse, reason: true}
  - {id: signing, kind: signing, label: Ký, by: leaders, role: approver, after: [approval], limit: 4wh}
  - {id: return, kind: return, label: Trả kết quả, by: counter, role: counter, after: [signing]}
intake_supplement:
  policy: restart
  answer_limit: 5wd
  basis: {citation: Điều 5, verified: true}
"""


@cache
def branching() -> Procedure:
    """Electronic hand-over, unless changed."""
    return parse_procedure(_TEXT)


def on_paper() -> Procedure:
    """The same, released by hand."""
    return branching().model_copy(update={"hand_over": HandOverMode.PAPER})


def supplementing(policy: SupplementPolicy, **terms: object) -> Procedure:
    """The same, where answering the study's request does that to the clock."""
    written = branching().step(_study).supplement
    assert written is not None
    supplement: Supplement = written.model_copy(update={"policy": policy, **terms})
    return changed(branching(), "study", supplement=supplement)


_study = next(step.id for step in branching().steps if step.id == "study")

ALL_BRANCHES = {"taxable": True, "doubtful": True}
ONE_BRANCH = {"taxable": False, "doubtful": False}


def at_branches(rules: Rulebook | None = None, at: str = "2026-03-02T08:00") -> Run:
    """Residence, taxation and the opinion are all under way."""
    run = Run.at_step("study", rules or rulebook_of(branching()), at, **ALL_BRANCHES)
    run.forward("study")
    run.travel()
    return run
