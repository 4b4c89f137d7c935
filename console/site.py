"""The pages, put beside the API into one application: officers under /officer, citizens under /tracking."""

from fastapi import APIRouter, FastAPI

from console import assets, board, dossier_acts, dossier_page, entrance, inbox, notices, tracking, worklist_acts

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
    assets.router,
    entrance.beyond,
)


def attach(app: FastAPI) -> FastAPI:
    """The same application, which answers people too."""
    for router in ROUTERS:
        app.include_router(router)
    return app
