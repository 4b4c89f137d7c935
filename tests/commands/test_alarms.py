"""Every alarm there is has its paragraph, which says what to do."""

import re

from activities.letters import SUB_DOSSIER_UNFIT
from bootstrap import CHECKOUT
from commands.archive import HISTORY_LOST
from commands.delivery import UPDATE_BROKEN, WORKFLOW_MISSING
from dossiers.errors import JournalAhead
from store.errors import JournalConflict, JournalGap

#: Raised by the store itself, in the statement that appends to the journal.
APPLIED_AFTER_REFUSED = "applied-after-refused"


def test_every_alarm_has_its_paragraph() -> None:
    page = (CHECKOUT / "docs" / "alarms.md").read_text(encoding="utf-8")
    headings = re.findall(r"^### `([a-z-]+)`$", page, re.MULTILINE)
    kinds = {JournalAhead.code, JournalConflict.code, JournalGap.code, WORKFLOW_MISSING, UPDATE_BROKEN, HISTORY_LOST}

    assert sorted(headings) == sorted({*kinds, APPLIED_AFTER_REFUSED, SUB_DOSSIER_UNFIT})
    assert page.count("Làm: ") == len(headings)


def test_the_store_raises_the_alarm_of_that_name() -> None:
    statements = (CHECKOUT / "store" / "journal.sql").read_text(encoding="utf-8")

    assert f"'{APPLIED_AFTER_REFUSED}'" in statements
