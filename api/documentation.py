"""The description of the API as a page to read and to try, which asks nothing of any other machine.

Its scripts and styles come with the product (`api/swagger_ui/README.md`), and the browser is told to load no others.
"""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter
from fastapi import Path as InPath
from fastapi.responses import FileResponse

from api.errors import NotFound

router = APIRouter(include_in_schema=False)

_FOLDER = Path(__file__).parent / "swagger_ui"
_PAGE = "page.html"
#: What the page may load, and its kind.
_ASSETS = {
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
    "page.js": "text/javascript",
}
#: Pictures are written into the style sheet; nothing may frame the page, in which people put their keys.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {"Content-Security-Policy": _POLICY, "Referrer-Policy": "no-referrer"}


@router.get("/docs")
async def page() -> FileResponse:
    return FileResponse(_FOLDER / _PAGE, media_type="text/html", headers=_HEADERS)


@router.get("/docs/{name}")
async def asset(name: Annotated[str, InPath()]) -> FileResponse:
    if name not in _ASSETS:
        raise NotFound
    return FileResponse(_FOLDER / name, media_type=_ASSETS[name], headers=_HEADERS)
