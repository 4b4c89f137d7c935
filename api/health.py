"""Whether this process lives, whether it can serve, and what it has counted."""

import asyncio
from http import HTTPStatus

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from temporalio.service import RPCError

from api.parts import KnownParts, Parts

router = APIRouter(tags=["operation"])

_CHECK_SECONDS = 2


class Health(BaseModel):
    """What answers and what does not, and whether this process is about to stop."""

    postgresql: bool
    temporal: bool
    draining: bool = False

    @property
    def is_ready(self) -> bool:
        return self.postgresql and self.temporal and not self.draining


@router.get("/healthz", operation_id="healthz", summary="Tiến trình còn sống")
async def alive() -> dict[str, str]:
    return {"status": "alive"}


@router.get(
    "/readyz",
    operation_id="readyz",
    summary="Sẵn sàng phục vụ",
    response_model=Health,
    responses={503: {"model": Health, "description": "Một dịch vụ không trả lời, hoặc tiến trình sắp dừng"}},
)
async def ready(parts: KnownParts) -> Response:
    postgresql, temporal = await asyncio.gather(parts.database.answers(), _temporal_answers(parts))
    health = Health(postgresql=postgresql, temporal=temporal, draining=parts.draining.is_set())
    status = HTTPStatus.OK if health.is_ready else HTTPStatus.SERVICE_UNAVAILABLE
    return JSONResponse(health.model_dump(), status_code=status)


@router.get("/metrics", include_in_schema=False)
async def metrics() -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _temporal_answers(parts: Parts) -> bool:
    try:
        async with asyncio.timeout(_CHECK_SECONDS):
            return await parts.client.service_client.check_health()
    except (RPCError, TimeoutError):
        return False
