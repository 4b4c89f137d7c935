"""Lists in pages: an opaque cursor, a bounded length, and the address of the next page in a Link header (RFC 8288)."""

from collections.abc import Awaitable
from typing import Annotated, TypeVar

from fastapi import Depends, Request, Response

from api.errors import RequestInvalid
from dossiers.errors import Violation
from store.values import Page

T = TypeVar("T")


class Pager:
    """Answers a page of a list to one request."""

    def __init__(self, request: Request, response: Response) -> None:
        self._request = request
        self._response = response

    async def turned(self, page: Awaitable[Page[T]]) -> Page[T]:
        """The page, its successor's address among the headers. Raises `RequestInvalid`."""
        turned = await page_of(page)
        if turned.next is not None:
            following = self._request.url.include_query_params(cursor=turned.next)
            self._response.headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
        return turned


KnownPager = Annotated[Pager, Depends()]


async def page_of(page: Awaitable[Page[T]]) -> Page[T]:
    """The page, or `RequestInvalid` for a cursor that is not one of ours."""
    try:
        return await page
    except ValueError as error:
        raise RequestInvalid(violations=[Violation(pointer="?cursor", message="không phải con trỏ đã cấp")]) from error
