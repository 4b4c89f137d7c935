"""What an applicant may say of how it went, and when: the words of the scores, from the best to the worst."""

from collections.abc import Mapping

from dossiers.state import DossierStatus
from store.register import DossierRow

#: As the one-stop shops ask.
SCORES: Mapping[int, str] = {3: "Rất hài lòng", 2: "Hài lòng", 1: "Không hài lòng"}


def may_rate(row: DossierRow) -> bool:
    """Once there is a result, or a refusal to take it in."""
    return row.decided_at is not None or row.status is DossierStatus.REFUSED_AT_INTAKE
