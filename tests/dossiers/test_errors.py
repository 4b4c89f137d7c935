import re

import pytest

from dossiers import deadline_errors, errors
from dossiers.deadline_errors import DeadlineError
from dossiers.errors import DossierError, FilingRejected, NotPermitted, Violation

VIETNAMESE = re.compile(r"[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.IGNORECASE)

Refusal = type[DossierError] | type[DeadlineError]
REFUSALS: list[Refusal] = [*DossierError.__subclasses__(), *DeadlineError.__subclasses__()]


@pytest.mark.parametrize("refusal", [DossierError, DeadlineError, *REFUSALS])
def test_every_refusal_says_in_vietnamese_what_is_wrong(refusal: Refusal) -> None:
    assert VIETNAMESE.search(refusal.__doc__ or "")
    assert (refusal.__doc__ or "").endswith(".")


def test_every_refusal_has_a_code_of_its_own_named_after_it() -> None:
    for refusal in REFUSALS:
        assert refusal.code == re.sub(r"(?<!^)(?=[A-Z])", "-", refusal.__name__).lower()

    assert len({refusal.code for refusal in REFUSALS}) == len(REFUSALS)


@pytest.mark.parametrize("module", [errors, deadline_errors])
def test_the_drawn_tree_is_the_tree(module: object) -> None:
    drawn = re.findall(r"[├└]── (\w+) +([\w-]+) +\S", module.__doc__ or "")
    root = DossierError if module is errors else DeadlineError
    written: list[Refusal] = [*root.__subclasses__()]

    assert drawn == [
        (refusal.__name__, refusal.code) for refusal in written if refusal.__module__.startswith("dossiers")
    ]


def test_nothing_hangs_below_the_first_row_of_the_tree() -> None:
    assert [refusal for refusal in REFUSALS if refusal.__subclasses__()] == []


def test_a_refusal_says_its_own_words_or_those_it_was_given() -> None:
    plain, told = NotPermitted(actor="a"), NotPermitted("Không được.", actor="a")

    assert (plain.message, str(plain)) == ("Người thực hiện không có quyền làm việc này.",) * 2
    assert (told.message, told.particulars) == ("Không được.", {"actor": "a"})


def test_a_rejected_filing_says_everything_that_is_wrong() -> None:
    refusal = FilingRejected([Violation(pointer="/a", message="Thiếu a."), Violation(pointer="/b", message="Thiếu b.")])

    assert str(refusal) == "Hồ sơ chưa đủ điều kiện để nộp. Thiếu a. Thiếu b."
    assert [one.pointer for one in refusal.violations] == ["/a", "/b"]
