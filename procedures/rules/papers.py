"""Rules about what the applicant brings and pays: what is listed is really asked for, and nothing else is."""

from collections.abc import Iterator

from dossiers.procedure import Procedure
from procedures.rules.rule import Finding, Rule


def _fees_and_components(procedure: Procedure) -> Iterator[Finding]:
    """No paper or money outside the law (NĐ 61/2018/NĐ-CP, Điều 5.1đ), so a list says exactly what is due."""
    for at, component in enumerate(procedure.components):
        if not component.originals and not component.copies:
            message = f"thành phần “{component.code}” không nói nộp bản chính hay bản sao"
            yield Finding(("components", at), message, "thêm “originals: 1” hoặc “copies: 1”, hoặc bỏ thành phần")
    if procedure.components and not any(one.required for one in procedure.components):
        message = "không thành phần hồ sơ nào bắt buộc, nên hồ sơ trống cũng đầy đủ"
        yield Finding(("components",), message, "để ít nhất một thành phần bắt buộc (bỏ “required: false”)")
    for at, fee in enumerate(procedure.fees):
        if not fee.amount:
            message = f"khoản “{fee.code}” là 0 đồng"
            yield Finding(("fees", at, "amount"), message, "miễn phí thì bỏ khoản này; không thì ghi số tiền")
    yield from _nothing_to_supply(procedure)


def _nothing_to_supply(procedure: Procedure) -> Iterator[Finding]:
    if procedure.components:
        return
    for at, step in enumerate(procedure.steps):
        if step.supplement is not None:
            message = f"bước “{step.id}” yêu cầu bổ sung, nhưng thủ tục không có thành phần hồ sơ nào"
            yield Finding(("steps", at, "supplement"), message, "liệt kê “components”, hoặc bỏ “supplement”")


RULES = (Rule("fees-and-components", "Thành phần hồ sơ và phí ghi đúng cái phải nộp", _fees_and_components),)
