"""A refusal of the core as Temporal carries it: the stable code as its type, what is wrong as its details."""

from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from dossiers.deadline_errors import DeadlineError
from dossiers.errors import DossierError


def refusal(error: DossierError | DeadlineError) -> ApplicationError:
    """The error for the caller; expected, so it is neither logged as a failure nor retried."""
    particulars = error.particulars if isinstance(error, DossierError) else {}
    return ApplicationError(
        str(error), particulars, type=error.code, non_retryable=True, category=ApplicationErrorCategory.BENIGN
    )
