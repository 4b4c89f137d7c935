"""Reading what a partner answers, up to a limit: nobody fills our memory by answering at length."""

import httpx

from agencies.line import ReceiptInvalid

_MOST_BYTES = 64 * 1024


async def limited(answer: httpx.Response, most: int = _MOST_BYTES) -> bytes:
    """The whole answer. Raises `ReceiptInvalid` if it is longer."""
    content = b""
    async for chunk in answer.aiter_bytes():
        content += chunk
        if len(content) > most:
            raise ReceiptInvalid(str(len(content)))
    return content
