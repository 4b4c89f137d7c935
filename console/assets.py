"""Stylesheets, fonts and scripts: read once, addressed by the content of all of them, compressed, kept for ever.

Nothing is loaded from elsewhere: an office network may reach no other machine. One version names them all, because a
stylesheet names its fonts beside itself.
"""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Request, Response

from api.errors import NotFound

STATIC = Path(__file__).parent / "static"
_SERVED = (".css", ".js", ".woff2", ".svg")
_COMPRESSED = (".css", ".js", ".svg")
_FOR_EVER = "public, max-age=31536000, immutable"

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Asset:
    """One file as it is served."""

    name: str
    media_type: str
    plain: bytes
    packed: bytes | None


@lru_cache(maxsize=1)
def shipped() -> dict[str, Asset]:
    """Every file that is served, by its path under `STATIC`."""
    files = sorted(one for one in STATIC.rglob("*") if one.suffix in _SERVED)
    return {one.relative_to(STATIC).as_posix(): _read(one) for one in files}


@lru_cache(maxsize=1)
def version() -> str:
    """Of everything that is served."""
    return hashlib.sha256(b"".join(one.plain for one in shipped().values())).hexdigest()[:12]


def address_of(name: str) -> str:
    """Where a file is served; KeyError for one that is not."""
    return f"/assets/{version()}/{shipped()[name].name}"


def _read(file: Path) -> Asset:
    name, plain = file.relative_to(STATIC).as_posix(), file.read_bytes()
    packed = gzip.compress(plain, 9, mtime=0) if file.suffix in _COMPRESSED else None
    return Asset(name, mimetypes.guess_type(file.name)[0] or "font/woff2", plain, packed)


@router.get("/assets/{wanted}/{name:path}")
async def show(request: Request, wanted: str, name: str) -> Response:
    """Asked by another version than ours (a page older or newer than this process), it is shown and not kept."""
    asset = shipped().get(name)
    if asset is None:
        raise NotFound
    kept = _FOR_EVER if wanted == version() else "no-cache"
    headers = {"Cache-Control": kept, "Vary": "Accept-Encoding"}
    if asset.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(asset.packed, media_type=asset.media_type, headers=headers)
    return Response(asset.plain, media_type=asset.media_type, headers=headers)
