"""The pages, put beside the API into one application: officers under /officer."""

from fastapi import APIRouter, FastAPI

from console import assets, dossier_acts, dossier_page, entrance, inbox, worklist_acts

#: Every family of pages.
ROUTERS: tuple[APIRouter, ...] = (
    entrance.router,
    inbox.router,
    dossier_page.router,
    dossier_acts.router,
    worklist_acts.router,
    assets.router,
)


def attach(app: FastAPI) -> FastAPI:
    """The same application, which answers people too."""
    for router in ROUTERS:
        app.include_router(router)
    return app
