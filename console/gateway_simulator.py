"""A payment gateway as it behaves, without money: shows what is to be paid, and tells the shop, signed, that it was.

It knows no more than a real one: the order that the browser brought, the secret that it shares with us, our address for
messages. It sends its message again when it is asked again, under the same transaction.
"""

from uuid import UUID, uuid5

import httpx
from fastapi import Request, Response

from agencies.signatures import SharedSecret, signed
from api.errors import EngineUnreachable, NotFound
from api.parts import KnownParts, Parts
from console.payments import GATEWAY, Paid, opened_order
from console.rendering import page
from console.routes import pages
from console.sessions import OpenForm

router = pages()

_TRANSACTIONS = UUID("0b7de1b2-5a0e-5c57-8d0f-6f2a5f0f9f43")
_PATIENCE = 20.0


@router.get(GATEWAY)
async def show(request: Request, parts: KnownParts) -> Response:
    sealed = request.query_params.get("order", "")
    return page(request, "gateway.html", sealed=sealed, order=opened_order(_secret(parts), sealed), is_paid=False)


@router.post(GATEWAY)
async def pay(request: Request, fields: OpenForm, parts: KnownParts) -> Response:
    sealed = fields.one("order") or ""
    order = opened_order(_secret(parts), sealed)
    transaction = uuid5(_TRANSACTIONS, sealed)
    answer = await _tell(request, parts, Paid(order=order, transaction=transaction))
    if answer.is_server_error:
        raise EngineUnreachable
    return page(
        request,
        "gateway.html",
        sealed=sealed,
        order=order,
        is_paid=answer.is_success,
        transaction=transaction,
        refusal=None if answer.is_success else answer.json().get("detail"),
    )


async def _tell(request: Request, parts: Parts, paid: Paid) -> httpx.Response:
    """Over HTTP to our own door, whichever application stands there."""
    body = paid.model_dump_json().encode()
    headers = signed([_secret(parts)], str(paid.transaction), parts.now(), body)
    door = httpx.ASGITransport(request.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=door, base_url=str(request.base_url), timeout=_PATIENCE) as http:
        return await http.post("/payments/callback", content=body, headers=headers)


def _secret(parts: Parts) -> SharedSecret:
    if parts.payment_secret is None:
        raise NotFound
    return parts.payment_secret
