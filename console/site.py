"""The pages, put beside the API into one application: officers under /officer, citizens everywhere else."""

from datetime import timedelta

from fastapi import APIRouter, FastAPI, Request, Response
from starlette.exceptions import HTTPException

from api.problems import answer_http, error_of, problem_of
from console import (
    assets,
    board,
    dossier_acts,
    dossier_page,
    entrance,
    filing,
    gateway_simulator,
    inbox,
    notices,
    payments,
    petitions,
    publication,
    ratings,
    receipt,
    tracked_acts,
    tracking,
    worklist_acts,
)
from console.routes import refusal
from console.throttle import Throttle

#: Every family of pages.
ROUTERS: tuple[APIRouter, ...] = (
    entrance.router,
    inbox.router,
    dossier_page.router,
    dossier_acts.router,
    worklist_acts.router,
    board.router,
    notices.router,
    tracking.router,
    publication.router,
    tracked_acts.router,
    payments.router,
    payments.callback,
    gateway_simulator.router,
    filing.router,
    receipt.router,
    ratings.router,
    petitions.router,
    assets.router,
    entrance.beyond,
)


def attach(app: FastAPI) -> FastAPI:
    """The same application, which answers people too."""
    app.state.guesses = Throttle(most=10, within=timedelta(minutes=10))
    app.state.filings = Throttle(most=30, within=timedelta(hours=1))
    app.add_exception_handler(HTTPException, _answer)
    for router in ROUTERS:
        app.include_router(router)
    return app


async def _answer(request: Request, error: Exception) -> Response:
    """An address that leads nowhere is told to people on a page, to software as a problem."""
    assert isinstance(error, HTTPException), "registered for nothing else"
    is_read_by_people = "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/v1/")
    if is_read_by_people:
        return refusal(request, problem_of(error_of(error)))
    return await answer_http(request, error)
