"""When Temporal's NOT_FOUND speaks of the workflow, and not of a namespace that somebody misspelt."""

from temporalio.service import RPCError, RPCStatusCode

_NAMESPACE = "NamespaceNotFoundFailure"


def says_absent(error: RPCError) -> bool:
    """Whether the server knows the namespace and has no such workflow in it, or one that has ended."""
    if error.status is not RPCStatusCode.NOT_FOUND:
        return False
    return not any(detail.type_url.endswith(_NAMESPACE) for detail in error.grpc_status.details)
