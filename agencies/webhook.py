"""The generic agency with a system of its own: a signed CloudEvent out, a signed receipt over its digest back.

A bare 200 is not a receipt. Police residence, social insurance and civil status are directory entries for this.
"""

import json
from collections.abc import Callable
from datetime import datetime

import httpx
from pydantic import ValidationError

from agencies.answers import limited
from agencies.line import Message, PartnerRefuses, PartnerUnreachable, ReceiptInvalid, ReceiptMissing, compose
from agencies.line_terms import WebhookTerms
from agencies.signatures import SIGNATURE, SharedSecret, SignatureInvalid, digest_of, signed, verify_receipt
from dossiers.events import Record
from dossiers.values import Value

_TAKEN = range(200, 300)


class Receipt(Value):
    """What a partner signs."""

    id: str
    digest: str


class WebhookLine:
    """Our side of a line to such a system."""

    def __init__(
        self,
        terms: WebhookTerms,
        secrets: Callable[[], tuple[SharedSecret, ...]],
        client: httpx.AsyncClient,
        now: Callable[[], datetime],
    ) -> None:
        """``secrets`` is asked at every attempt, so that they can be changed while dossiers wait."""
        self._terms = terms
        self._secrets = secrets
        self._client = client
        self._now = now

    async def tell(self, journal: tuple[Record, ...], event: int) -> str:
        return await self.send(compose(journal, self._terms.code, event))

    async def send(self, message: Message) -> str:
        """The digest that the partner signed for. Raises `LineFailure`."""
        body = body_of(message)
        headers = {
            "content-type": "application/cloudevents+json",
            "idempotency-key": str(message.id),
            **signed(self._secrets(), str(message.id), self._now(), body),
        }
        try:
            async with self._client.stream("POST", self._terms.url, content=body, headers=headers) as answer:
                content = await limited(answer)
        except httpx.HTTPError as error:
            raise PartnerUnreachable(repr(error)) from error
        if answer.status_code not in _TAKEN:
            raise PartnerRefuses(answer.status_code)
        return self._receipt(message, body, answer, content)

    def _receipt(self, message: Message, body: bytes, answer: httpx.Response, content: bytes) -> str:
        if SIGNATURE not in answer.headers:
            raise ReceiptMissing
        try:
            verify_receipt(self._terms.receipt_keys, answer.headers, content, now=self._now())
            receipt = Receipt.model_validate_json(content)
        except (SignatureInvalid, ValidationError) as error:
            raise ReceiptInvalid(str(error)) from error
        if receipt != Receipt(id=str(message.id), digest=digest_of(body)):
            raise ReceiptInvalid(receipt.digest)
        return receipt.digest


def body_of(message: Message) -> bytes:
    """The message as a CloudEvent (1.0), the same bytes at every attempt."""
    event = {
        "specversion": "1.0",
        "id": str(message.id),
        "source": "/lienthong",
        "type": f"vn.lienthong.{message.kind}.v1",
        "subject": message.number,
        "time": message.occurred_at.isoformat(),
        "datacontenttype": "application/json",
        "partitionkey": str(message.dossier),
        "sequence": f"{message.position:010d}",
        "data": message.model_dump(mode="json", include={"dossier", "event", "status", "portal_code", "task"}),
    }
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
