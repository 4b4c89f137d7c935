"""Two sound procedures in a few lines: whatever a test changes in them is then the only fault."""

TRAVELLING = """\
code: 9.000001
version: 1
title: Thủ tục đi qua nhiều cơ quan
field: Thử nghiệm
level: commune
effective_on: 2026-01-01
rule_set: ND61_2018
basis:
  - {citation: Điều 1, verified: true}
limit: 5wd
participants:
  - {name: counter, duty: counter, agency: one_stop_centre, unit: one_stop}
  - {name: office, duty: lead, agency: commune_committee, unit: justice}
  - {name: leaders, duty: lead, agency: commune_committee, unit: leaders}
  - {name: police, duty: consulted, agency: fire_police, unit: fire_appraisal}
facts:
  - {name: risky, type: boolean, label: Có rủi ro}
  - {name: floors, type: integer, label: Số tầng, required: true}
  - {name: use, type: choice, label: Công năng, choices: [home, shop], required: true}
components:
  - {code: form, title: Đơn, originals: 1}
results:
  - {code: paper, title: Giấy phép}
ladders:
  default:
    - {code: near, label: Sắp hết hạn, share: 75, notify: holder}
    - {code: overdue, label: Quá hạn, share: 100, notify: unit_head}
    - {code: late, label: Trễ, after: 4wh, notify: agency_head}
    - {code: later, label: Trễ nữa, after: 1wd, notify: supervisor}
  promise:
    - {code: overdue, label: Quá hạn, share: 100, notify: unit_head}
  transfer:
    - {code: overdue, label: Quá hạn, share: 100, notify: unit_head}
steps:
  - id: reception
    kind: reception
    label: Tiếp nhận
    by: counter
    role: counter
  - id: appraisal
    kind: appraisal
    label: Thẩm định
    by: office
    role: officer
    after: [reception]
    limit: 2wd
    records: [risky]
    outcomes:
      - {code: eligible, label: Đủ điều kiện}
      - {code: ineligible, label: Không đủ điều kiện, effect: refuse, reason: true}
    supplement:
      policy: extend
      extension: 1wd
      basis: {citation: Điều 2, verified: true}
  - id: opinion
    kind: consultation
    label: Lấy ý kiến
    by: police
    role: officer
    after: [appraisal]
    when: {all: [{fact: risky, value: true}, {fact: floors, test: at_least, value: 3}]}
    limit: 2wd
    consultation:
      content: An toàn
      on_timeout: deemed_consent
      basis: {citation: Điều 3, verified: true}
  - id: payment
    kind: payment
    label: Nộp tiền
    by: counter
    role: counter
    after: [opinion]
    when: {not: {any: [{fact: use, value: home}]}}
    limit: 100wd
    payment:
      answer_limit: 30d
      basis: {citation: Điều 4, verified: true}
  - id: approval
    kind: approval
    label: Phê duyệt
    by: leaders
    role: approver
    after: [payment]
    limit: 8wh
    not_by: [appraisal]
    outcomes:
      - {code: approved, label: Đồng ý}
      - {code: redo, label: Làm lại, effect: rework, back_to: appraisal, reason: true}
  - id: return
    kind: return
    label: Trả kết quả
    by: counter
    role: counter
    after: [approval]
"""

AT_THE_COUNTER = """\
code: 9.000002
version: 1
title: Thủ tục giải quyết tại chỗ
field: Thử nghiệm
level: commune
effective_on: 2026-01-01
rule_set: ND61_2018
basis:
  - {citation: Điều 1, verified: true}
limit: 0wd
participants:
  - {name: counter, duty: counter, agency: one_stop_centre, unit: one_stop}
results:
  - {code: paper, title: Bản sao}
ladders:
  default: [{code: overdue, label: Quá hạn, share: 100, notify: unit_head}]
  promise: [{code: overdue, label: Quá hạn, share: 100, notify: unit_head}]
  transfer: [{code: overdue, label: Quá hạn, share: 100, notify: unit_head}]
steps:
  - {id: reception, kind: reception, label: Tiếp nhận, by: counter, role: counter}
  - id: appraisal
    kind: appraisal
    label: Kiểm tra
    by: counter
    role: counter
    after: [reception]
    outcomes: [{code: eligible, label: Được}]
  - id: approval
    kind: approval
    label: Ký
    by: counter
    role: approver
    after: [appraisal]
    not_by: [appraisal]
    outcomes:
      - {code: signed, label: Đã ký}
      - {code: redo, label: Kiểm lại, effect: rework, back_to: appraisal, reason: true}
      - {code: refused, label: Không ký, effect: refuse, reason: true}
  - {id: return, kind: return, label: Trả, by: counter, role: counter, after: [approval]}
on_the_spot:
  outcome: signed
  basis: {citation: Điều 17.5, verified: true}
"""


def changed(text: str, old: str, new: str) -> str:
    """The text with its one occurrence of ``old`` changed."""
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    return text.replace(old, new)
