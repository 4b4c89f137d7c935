"""A small bundle: a birth, and what needs it, each a procedure of its own with another agency in the lead."""

from functools import cache

from dossiers.procedure import Procedure
from procedures.reader import parse_procedure

WHOLE = "9.100000"
BIRTH = "9.100001"
RESIDENCE = "9.100002"
INSURANCE = "9.100003"

_LADDERS = """\
ladders:
  default: [{code: overdue, label: Quá hạn, share: 100, notify: unit_head}]
  promise: [{code: overdue, label: Quá ngày hẹn, share: 100, notify: agency_head}]
  transfer: [{code: overdue, label: Chậm chuyển, share: 100, notify: one_stop_head}]
"""

BUNDLE = f"""\
code: {WHOLE}
version: 1
title: Liên thông khai sinh
field: Thử nghiệm
level: commune
effective_on: 2025-07-01
rule_set: ND61_2018
basis: [{{citation: Điều 1, verified: true}}]
limit: 5wd
participants:
  - {{name: counter, duty: counter, agency: one_stop_centre, unit: one_stop}}
  - {{name: justice, duty: lead, agency: commune_committee, unit: justice}}
  - {{name: police, duty: coordinating, agency: provincial_police, unit: residence}}
  - {{name: insurance, duty: coordinating, agency: social_insurance, unit: benefits}}
facts:
  - {{name: at_home, type: boolean, label: Ở cùng cha mẹ, required: true}}
  - {{name: born_on, type: date, label: Ngày sinh, required: true}}
  - {{name: registered, type: boolean, label: Đã đăng ký khai sinh}}
  - {{name: birth_book, type: choice, label: Quyển sổ, choices: [a, b]}}
  - {{name: resides, type: boolean, label: Đã đăng ký thường trú}}
components: [{{code: form, title: Tờ khai chung, originals: 1}}]
results: [{{code: papers, title: Các giấy tờ}}]
{_LADDERS}
steps:
  - {{id: reception, kind: reception, label: Tiếp nhận, by: counter, role: counter, limit: 4wh}}
  - id: birth
    kind: sub_dossier
    label: Đăng ký khai sinh
    by: justice
    role: officer
    after: [reception]
    limit: 1wd
    sub_dossier:
      procedure: {BIRTH}
      basis: {{citation: Điều 2, verified: true}}
      gives: {{day: born_on}}
      brings: {{birth_book: book}}
      granted: registered
  - id: residence
    kind: sub_dossier
    label: Đăng ký thường trú
    by: police
    role: officer
    after: [birth]
    when: {{all: [{{fact: registered, value: true}}, {{fact: at_home, value: true}}]}}
    limit: 2wd
    sub_dossier:
      procedure: {RESIDENCE}
      basis: {{citation: Điều 3, verified: true}}
      gives: {{book: birth_book}}
      granted: resides
  - id: insurance
    kind: sub_dossier
    label: Cấp thẻ bảo hiểm y tế
    by: insurance
    role: officer
    after: [birth]
    when: {{fact: registered, value: true}}
    limit: 2wd
    sub_dossier:
      procedure: {INSURANCE}
      basis: {{citation: Điều 4, verified: true}}
      gives: {{book: birth_book}}
      returned: with_parent
  - {{id: return, kind: return, label: Trả kết quả, by: counter, role: counter, after: [residence, insurance]}}
"""

_PART = """\
code: {code}
version: 1
title: {title}
field: Thử nghiệm
level: commune
effective_on: 2025-07-01
rule_set: ND61_2018
basis: [{{citation: Điều 1, verified: true}}]
limit: {limit}
participants:
  - {{name: counter, duty: counter, agency: one_stop_centre, unit: one_stop}}
  - {{name: office, duty: lead, agency: {agency}, unit: {unit}}}
facts:
  {facts}
components: [{{code: form, title: Tờ khai, originals: 1}}]
results: [{{code: paper, title: Giấy}}]
{ladders}
steps:
  - {{id: reception, kind: reception, label: Tiếp nhận, by: counter, role: counter, limit: 4wh}}
  - id: study
    kind: appraisal
    label: Thẩm định
    by: office
    role: officer
    after: [reception]
    limit: 0.25wd
    records: {records}
    outcomes:
      - {{code: eligible, label: Đủ điều kiện}}
      - {{code: ineligible, label: Không đủ điều kiện, effect: refuse, reason: true}}
  - id: approval
    kind: approval
    label: Duyệt
    by: office
    role: approver
    after: [study]
    limit: 0.25wd
    not_by: [study]
    outcomes: [{{code: approved, label: Đã duyệt}}]
  - {{id: return, kind: return, label: Trả kết quả, by: counter, role: counter, after: [approval]}}
"""

_BOOK = "{name: book, type: choice, label: Quyển sổ, choices: [a, b]%s}"


@cache
def bundle() -> tuple[Procedure, ...]:
    """The parts, and last the whole."""
    born = "- {name: day, type: date, label: Ngày sinh, required: true}\n  - " + _BOOK % ""
    needs = "- " + _BOOK % ", required: true"
    return (
        _part(BIRTH, "Khai sinh", "commune_committee", "justice", "1wd", born, "[book]"),
        _part(RESIDENCE, "Thường trú", "provincial_police", "residence", "2wd", needs, "[]"),
        _part(INSURANCE, "Thẻ bảo hiểm", "social_insurance", "benefits", "2wd", needs, "[]"),
        parse_procedure(BUNDLE),
    )


def member(code: str) -> Procedure:
    """One procedure of the bundle."""
    return next(one for one in bundle() if one.code == code)


def _part(code: str, title: str, agency: str, unit: str, limit: str, facts: str, records: str) -> Procedure:
    text = _PART.format(
        code=code,
        title=title,
        agency=agency,
        unit=unit,
        limit=limit,
        facts=facts,
        records=records,
        ladders=_LADDERS,
    )
    return parse_procedure(text)
