"""How a command stands: for whoever was told that it will be carried out."""

from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter, Request, Response

from api.call import tell
from api.callers import KnownCaller
from api.openapi import READ_PROBLEMS, accepted_response, problems
from api.parts import KnownParts
from api.views import ActView
from api.visibility import require_visible
from store.errors import CommandUnknown, DossierUnknown

router = APIRouter(prefix="/v1", tags=["commands"])


@router.get(
    "/commands/{command_id}",
    operation_id="showCommand",
    summary="Một yêu cầu đã ghi nhận đến đâu rồi",
    response_model=ActView,
    responses={202: accepted_response(), **problems(*READ_PROBLEMS, "task-not-open")},
)
async def show(command_id: UUID, request: Request, parts: KnownParts, caller: KnownCaller) -> Response:
    outcome = await parts.gate.outcome(command_id)
    if outcome is None:
        raise CommandUnknown(command=str(command_id))
    try:
        async with parts.database.transaction() as tx:
            await require_visible(tx, parts.directories, caller, outcome.dossier)
    except DossierUnknown as hidden:
        raise CommandUnknown(command=str(command_id)) from hidden
    return await tell(request, parts, outcome, HTTPStatus.OK)
