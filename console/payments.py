"""Paying a charge online: an order goes to the gateway, and the gateway tells us, signed, that money came.

What a browser brings back proves nothing; only the gateway's own signed message does, and the same one twice pays once.
An order names dossier, task, charge and amount, and no person. Without a secret shared with a gateway nobody pays here.
"""

import base64
import binascii
import hashlib
import hmac
from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import Field, ValidationError

from agencies.signatures import SharedSecret, SignatureInvalid, verify
from api import problems
from api.act_requests import ConfirmPaymentRequest
from api.call import submission_of, told_of
from api.errors import NotForThisCaller, NotFound, RequestUnreadable
from api.parts import KnownParts, Parts
from api.text_book import TextBook
from commands.gate import Submission
from commands.outcomes import Refused
from console.entry import entered, number_in
from console.rendering import page
from console.routes import pages, see
from console.sessions import OpenForm
from dossiers.errors import NothingAwaited
from dossiers.evolve import fold
from dossiers.identity import command_id, task_id
from dossiers.payment_commands import Charge
from dossiers.seats import CallerKind, Seat
from dossiers.state import DossierState, Task
from dossiers.stops import StopReason
from dossiers.values import OfficerId, TaskKey, Value
from store.callers import Caller
from store.journal import read_journal

router = pages()
#: What the gateway calls; a problem there is no page.
callback = APIRouter(include_in_schema=False)

GATEWAY = "/simulated-gateway"


class Order(Value):
    """What somebody goes to the gateway with."""

    dossier: UUID
    number: str
    task: TaskKey
    charge: str
    title: str
    #: In dong.
    amount: int = Field(gt=0)


class Paid(Value):
    """What the gateway says of an order."""

    order: Order
    transaction: UUID


@router.post("/payments")
async def begin(request: Request, fields: OpenForm, parts: KnownParts) -> Response:
    secret = _secret(parts)
    row = await entered(request, parts, fields)
    if row is None or fields.one("code") is None:
        unknown = HTTPStatus.NOT_FOUND
        return page(request, "tracking.html", status=unknown, number=number_in(fields), is_unknown=True)
    state = await _state(parts, row.id)
    task, charge = _charge(state, fields.one("charge") or "")
    procedure = await parts.catalogue.procedure(row.procedure, row.procedure_version)
    assert procedure is not None, "a dossier is filed under a published version"
    title = next((one.title for one in procedure.fees if one.code == charge.code), charge.code)
    order = Order(
        dossier=row.id, number=row.number, task=task.key, charge=charge.code, title=title, amount=charge.amount
    )
    return see(f"{GATEWAY}?order={sealed_order(secret, order)}")


@callback.post("/payments/callback")
async def hear(request: Request, parts: KnownParts) -> Response:
    """The gateway's message: verified, then an act of the software of the agency that waits for the money."""
    secret, body = _secret(parts), await request.body()
    try:
        verify([secret], request.headers, body, now=parts.now())
    except SignatureInvalid as invalid:
        raise NotForThisCaller from invalid
    try:
        paid = Paid.model_validate_json(body)
    except ValidationError as error:
        raise RequestUnreadable from error
    state = await _state(parts, paid.order.dossier)
    if paid.order.task not in state.tasks:
        raise NotFound
    outcome = await parts.gate.submit(_confirmation(paid, state.tasks[paid.order.task].seat))
    told = await told_of(parts, outcome)
    if isinstance(told, Refused):
        return problems.answer(problems.refusal_of(told))
    return Response(status_code=HTTPStatus.NO_CONTENT)


def _confirmation(paid: Paid, seat: Seat) -> Submission:
    order = paid.order
    caller = Caller(
        id=OfficerId("payment-gateway"), kind=CallerKind.SYSTEM, label="", agency=seat.agency, unit=seat.unit
    )
    asked, key = ConfirmPaymentRequest(charge=order.charge, amount=order.amount), f"{caller.id}/{paid.transaction}"
    book = TextBook(command_id(order.dossier, key))
    command = asked.command(order.task, book)
    return submission_of(caller, key, order.dossier, command, book, asked, task_id(order.dossier, order.task))


async def _state(parts: Parts, dossier: UUID) -> DossierState:
    async with parts.database.transaction() as tx:
        return fold(await read_journal(tx, dossier))


def _charge(state: DossierState, code: str) -> tuple[Task, Charge]:
    """Raises `NothingAwaited` where that is not owed, or not any more."""
    if state.awaited is None or state.awaited.what is not StopReason.PAYMENT:
        raise NothingAwaited
    task = state.tasks[state.awaited.task]
    charge = next((one for one in task.charges if one.code == code and one.amount), None)
    if charge is None:
        raise NothingAwaited
    return task, charge


def _secret(parts: Parts) -> SharedSecret:
    """Raises `NotFound` where nobody pays online."""
    if parts.payment_secret is None:
        raise NotFound
    return parts.payment_secret


def sealed_order(secret: SharedSecret, order: Order) -> str:
    """The order for an address: nobody but us made it, and nothing in it was changed."""
    said = base64.urlsafe_b64encode(order.model_dump_json().encode()).decode().rstrip("=")
    return f"{said}.{_proof(secret, said)}"


def opened_order(secret: SharedSecret, sealed: str) -> Order:
    """Raises `NotForThisCaller` for an order that we did not make."""
    said, _, proof = sealed.partition(".")
    if not hmac.compare_digest(proof.encode(), _proof(secret, said).encode()):
        raise NotForThisCaller
    try:
        return Order.model_validate_json(base64.urlsafe_b64decode(said + "=" * (-len(said) % 4)))
    except (ValidationError, binascii.Error) as error:
        raise NotForThisCaller from error


def _proof(secret: SharedSecret, said: str) -> str:
    return hmac.new(secret.get_secret_value().encode(), f"order/{said}".encode(), hashlib.sha256).hexdigest()
