"""Lists in pages: an opaque cursor and a bounded length."""

from collections.abc import Awaitable
from typing import TypeVar

from api.errors import RequestInvalid
from dossiers.errors import Violation
from store.values import Page

T = TypeVar("T")


async def page_of(page: Awaitable[Page[T]]) -> Page[T]:
    """The page, or `RequestInvalid` for a cursor that is not one of ours."""
    try:
        return await page
    except ValueError as error:
        raise RequestInvalid(violations=[Violation(pointer="?cursor", message="không phải con trỏ đã cấp")]) from error
