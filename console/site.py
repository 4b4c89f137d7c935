"""The pages, put beside the API into one application: officers under /officer, citizens under /tracking, /procedures."""

from fastapi import APIRouter, FastAPI

from console import assets, board, dossier_acts, dossier_page, entrance, inbox, notices, publication, tracking, worklist_acts

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
    assets.router,
    entrance.beyond,
)


def attach(app: FastAPI) -> FastAPI:
    """The same application, which answers people too."""
    for router in ROUTERS:
        app.include_router(router)
    return app
