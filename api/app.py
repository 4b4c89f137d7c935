"""The application: parts in, routes out; it reads no environment and builds nothing."""

from functools import partial

from fastapi import APIRouter, FastAPI

from api import (
    absences,
    acts,
    apologies,
    attempts,
    bulk,
    calendars,
    catalogue,
    commands,
    deadlines,
    documentation,
    documents,
    dossiers,
    events,
    forms,
    hand_overs,
    health,
    lines,
    openapi,
    problems,
    reuse,
    saved_views,
    summary,
    supervision,
    tasks,
    time,
)
from api.access import AccessLog, BodyLimit
from api.parts import Parts

#: Every family of routes.
ROUTERS: tuple[APIRouter, ...] = (
    dossiers.router,
    documents.router,
    reuse.router,
    acts.router,
    tasks.router,
    bulk.router,
    saved_views.router,
    absences.router,
    attempts.router,
    supervision.router,
    hand_overs.router,
    forms.router,
    lines.router,
    time.router,
    summary.router,
    apologies.router,
    deadlines.router,
    commands.router,
    events.router,
    catalogue.router,
    calendars.router,
    health.router,
    documentation.router,
)


def create_app(parts: Parts) -> FastAPI:
    """The API over these parts."""
    app = FastAPI(
        title=openapi.TITLE,
        version=openapi.VERSION,
        description=openapi.DESCRIPTION,
        openapi_tags=list(openapi.TAGS),
        openapi_url="/v1/openapi.json",
        # The usual pages load their scripts from elsewhere, which an office network does not reach; ours does not.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.parts = parts
    for router in ROUTERS:
        app.include_router(router)
    app.add_middleware(BodyLimit)
    app.add_middleware(AccessLog)
    problems.install(app)
    app.openapi = partial(openapi.describe, app)  # type: ignore[method-assign]
    return app
