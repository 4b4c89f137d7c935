"""The form of every act, made from the very model by which the API reads it, for the acts that would be admitted now.

A field's kind follows from its name in the model, its choices from the procedure and the dossier. What was sent is read
by that same model, so a page accepts and refuses what the API does.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from agencies.roster import Officer
from api import act_requests as asked
from api.act_requests import ActRequest
from console.act_words import FIELD_WORDS, ActWords, words_of
from console.sessions import Fields
from dossiers import commands as c
from dossiers.conditions import Fact, FactType, FactValue
from dossiers.procedure import Effect, OnTimeout, Outcome, Procedure, Step
from dossiers.state import DossierState, Task
from dossiers.values import StepId

AnyOffer = c.TaskCommand | c.DossierCommand
Choice = tuple[str, str]

_REQUESTS: Mapping[str, type[ActRequest]] = {
    "receive": asked.ReceiveRequest,
    "decide_on_the_spot": asked.DecideOnTheSpotRequest,
    "refuse": asked.RefuseRequest,
    "hand_over": asked.HandOverRequest,
    "accept_hand_over": asked.AcceptHandOverRequest,
    "refuse_hand_over": asked.RefuseHandOverRequest,
    "recall": asked.RecallRequest,
    "assign": asked.AssignRequest,
    "reassign": asked.ReassignRequest,
    "complete": asked.CompleteRequest,
    "approve": asked.ApproveRequest,
    "sign": asked.SignRequest,
    "return_result": asked.ReturnRequest,
    "rework": asked.ReworkRequest,
    "request_supplement": asked.RequestSupplementRequest,
    "consult": asked.ConsultRequest,
    "answer_consultation": asked.AnswerRequest,
    "request_payment": asked.RequestPaymentRequest,
    "confirm_payment": asked.ConfirmPaymentRequest,
    "waive_charge": asked.WaiveChargeRequest,
    "require_attendance": asked.RequireAttendanceRequest,
    "apologise": asked.ApologiseRequest,
    "remind": asked.RemindRequest,
    "answer_supplement": asked.SupplementRequest,
    "withdraw": asked.WithdrawRequest,
    "reappoint": asked.ReappointRequest,
    "suspend": asked.SuspendRequest,
    "resume": asked.ResumeRequest,
    "send_stop_notice": asked.StopNoticeRequest,
}
_DONE = Outcome(code="done", label="Hoàn thành")
_SILENCES = (
    (OnTimeout.NOTIFY_HEAD, "hồ sơ đi tiếp, báo người đứng đầu"),
    (OnTimeout.DEEMED_CONSENT, "coi là đồng ý"),
    (OnTimeout.ESCALATE, "tiếp tục chờ và cảnh báo"),
)
_LIMITS = tuple((f"{days}wd", f"{days} ngày làm việc") for days in (1, 2, 3, 5, 7, 10, 15))
_OPINIONS = (("consent", "Đồng ý"), ("object", "Không đồng ý"), ("comment", "Có ý kiến"))
_WAIVERS = (("exempted", "Được miễn"), ("deferred", "Được ghi nợ"))
_YES_OR_NO = (("yes", "Có"), ("no", "Không"))


class Field(NamedTuple):
    """One field of a form."""

    name: str
    label: str
    #: How it is asked: ``text``; ``one`` of its choices, ``many`` of them, ``choice`` from a list; ``number``;
    #: ``date``; ``moment``; ``line``, ``tel``, ``email``.
    kind: str
    is_needed: bool
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    #: What of a person a browser may fill in by itself, as HTML names it.
    autocomplete: str = ""


class Ask(NamedTuple):
    """For which act a field is wanted."""

    kind: str
    offers: tuple[AnyOffer, ...]
    around: "Circumstances"
    is_needed: bool


class Form(NamedTuple):
    """One act as it is offered."""

    kind: str
    words: ActWords
    request: type[ActRequest]
    fields: tuple[Field, ...]

    @property
    def path(self) -> str:
        return self.kind.replace("_", "-")


class Circumstances(NamedTuple):
    """What the choices of a form are taken from."""

    procedure: Procedure
    state: DossierState
    task: Task | None
    colleagues: Sequence[Officer]
    participants: Sequence[Choice]


def forms_of(offers: Sequence[AnyOffer], around: Circumstances) -> tuple[Form, ...]:
    """A form for each act among the offers, in their order."""
    by_kind: dict[str, list[AnyOffer]] = {}
    for offer in offers:
        by_kind.setdefault(offer.kind, []).append(offer)
    return tuple(
        Form(kind, words_of(kind), _REQUESTS[kind], tuple(_fields(kind, found, around)))
        for kind, found in by_kind.items()
        if kind in _REQUESTS
    )


def _fields(kind: str, offers: Sequence[AnyOffer], around: Circumstances) -> Iterator[Field]:
    model = _REQUESTS[kind]
    # Late entries are made elsewhere; documents are sent by whoever has them and named by digest.
    elsewhere = {"entered_for", "evidence", "documents", "results"}
    for name, info in model.model_fields.items():
        if name not in elsewhere:
            yield from _MAKERS[name](Ask(kind, tuple(offers), around, info.is_required()))


Maker = Callable[[Ask], Iterator[Field]]


def _passage(name: str) -> Maker:
    def made(ask: Ask) -> Iterator[Field]:
        needs_reason = _some_outcome_needs_reason(ask)
        hint = "Ít nhất 10 ký tự." if ask.is_needed else "Có thể để trống."
        if needs_reason:
            hint = f"Bắt buộc khi chọn: {needs_reason}."
        yield Field(
            name,
            FIELD_WORDS.get((ask.kind, name)) or FIELD_WORDS["", name],
            "text",
            ask.is_needed,
            hint,
        )

    return made


def _some_outcome_needs_reason(ask: Ask) -> str:
    needy = [one.label.lower() for one in _outcomes(ask) if one.reason or one.effect is not Effect.FORWARD]
    return ", ".join(needy)


def _outcomes(ask: Ask) -> Iterator[Outcome]:
    if ask.around.task is None:
        return
    known = {one.code: one for one in ask.around.procedure.step(ask.around.task.step).outcomes or (_DONE,)}
    for offer in ask.offers:
        if isinstance(offer, c.Complete):
            yield known[offer.outcome]


def _outcome(ask: Ask) -> Iterator[Field]:
    if ask.kind == "answer_consultation":
        yield Field("outcome", "Ý kiến", "one", is_needed=True, choices=_OPINIONS)
        return
    outcomes = tuple((one.code, one.label) for one in _outcomes(ask))
    if outcomes != (("done", "Hoàn thành"),):
        yield Field("outcome", "Kết cục của bước", "one", is_needed=True, choices=outcomes)


def _facts(ask: Ask) -> Iterator[Field]:
    """What this step must record, or what reception still lacks; nothing that is known already."""
    assert ask.around.task is not None, "facts are recorded with a task"
    step: Step = ask.around.procedure.step(ask.around.task.step)
    at_reception = [one.name for one in ask.around.procedure.facts if one.required]
    wanted = at_reception if ask.kind in {"receive", "decide_on_the_spot"} else step.records
    if ask.kind == "decide_on_the_spot":
        wanted = [*at_reception, *(name for one in ask.around.procedure.steps for name in one.records)]
    declared = {one.name: one for one in ask.around.procedure.facts}
    for name in dict.fromkeys(wanted):
        if name not in ask.around.state.facts:
            yield fact_field(declared[name])


def fact_field(fact: Fact) -> Field:
    """How a fact is asked for."""
    name, label = f"facts.{fact.name}", fact.label
    match fact.type:
        case FactType.BOOLEAN:
            return Field(name, label, "one", is_needed=True, choices=_YES_OR_NO)
        case FactType.CHOICE:
            return Field(name, label, "choice", is_needed=True, choices=tuple((one, one) for one in fact.choices))
        case FactType.INTEGER:
            return Field(name, label, "number", is_needed=True)
        case FactType.DATE:
            return Field(name, label, "date", is_needed=True)


def _components(ask: Ask) -> Iterator[Field]:
    choices = tuple((one.code, one.title) for one in ask.around.procedure.components)
    if choices:
        yield Field("components", FIELD_WORDS[ask.kind, "components"], "many", is_needed=False, choices=choices)


def _officer(ask: Ask) -> Iterator[Field]:
    choices = tuple((one.id, one.name) for one in ask.around.colleagues)
    yield Field("officer", "Cán bộ", "choice", is_needed=True, choices=choices)


def _to(ask: Ask) -> Iterator[Field]:
    steps = [one.to for one in ask.offers if isinstance(one, c.Rework)]
    choices = tuple((one, ask.around.procedure.step(StepId(one)).label) for one in steps)
    yield Field("to", "Làm lại từ bước", "one", is_needed=True, choices=choices)


def _participants(ask: Ask) -> Iterator[Field]:
    can = [name for one in ask.offers if isinstance(one, c.Consult) for name in one.participants]
    choices = tuple((name, word) for name, word in ask.around.participants if name in can)
    yield Field("participants", "Hỏi ý kiến của", "many", is_needed=True, choices=choices)


def _listed(name: str, label: str, choices: tuple[Choice, ...]) -> Maker:
    return lambda ask: iter([Field(name, label, "choice", ask.is_needed, choices=choices)])


def _charges(ask: Ask) -> Iterator[Field]:
    for fee in ask.around.procedure.fees:
        yield Field(
            f"charges.{fee.code}", f"{fee.title} (đồng)", "number", is_needed=False, hint="Để trống nếu không thu."
        )


def _charge(ask: Ask) -> Iterator[Field]:
    titles = {one.code: one.title for one in ask.around.procedure.fees}
    charges = ask.around.task.charges if ask.around.task is not None else ()
    choices = tuple(
        (one.code, f"{titles.get(one.code, one.code)}: {one.amount:,} đồng".replace(",", ".")) for one in charges
    )
    yield Field("charge", FIELD_WORDS[ask.kind, "charge"], "one", is_needed=True, choices=choices)


def _amount(ask: Ask) -> Iterator[Field]:
    yield Field("amount", "Số tiền đã nộp (đồng)", "number", ask.is_needed, hint="Để trống nếu nộp hết phần còn lại.")


def _basis(ask: Ask) -> Iterator[Field]:
    hint = "Bắt buộc khi coi im lặng là đồng ý: điều khoản cho phép như vậy."
    yield Field("basis", "Căn cứ", "text", ask.is_needed, hint=hint)


def _moment(name: str) -> Maker:
    def made(ask: Ask) -> Iterator[Field]:
        yield Field(name, FIELD_WORDS["", name], "moment", ask.is_needed)

    return made


def _ground(ask: Ask) -> Iterator[Field]:
    if ask.kind == "waive_charge":
        yield Field("ground", "Vì", "one", is_needed=True, choices=_WAIVERS)
        return
    words = {"force_majeure": "Sự kiện bất khả kháng", "suspension": "Quyết định tạm đình chỉ"}
    grounds = [one.ground for one in ask.offers if isinstance(one, c.SuspendDossier)]
    yield Field("ground", "Vì", "one", is_needed=True, choices=tuple((str(one), words[one]) for one in grounds))


_MAKERS: Mapping[str, Maker] = {
    "reason": _passage("reason"),
    "opinion": _passage("opinion"),
    "content": _passage("content"),
    "document": _passage("document"),
    "facts": _facts,
    "outcome": _outcome,
    "components": _components,
    "officer": _officer,
    "to": _to,
    "participants": _participants,
    "limit": _listed("limit", "Trả lời trong", _LIMITS),
    "on_timeout": _listed("on_timeout", "Nếu hết hạn mà không trả lời", _SILENCES),
    "charges": _charges,
    "charge": _charge,
    "amount": _amount,
    "basis": _basis,
    "attend_at": _moment("attend_at"),
    "appointment_at": _moment("appointment_at"),
    "ground": _ground,
}


def request_of(kind: str) -> type[ActRequest] | None:
    """The model by which the API reads that act."""
    return _REQUESTS.get(kind)


def read(kind: str, sent: Fields, procedure: Procedure) -> dict[str, Any]:
    """What was sent, as the body of the request would say it; the model checks it, and nothing else does."""
    body: dict[str, Any] = {}
    for name in _REQUESTS[kind].model_fields:
        value = _READERS.get(name, _as_sent)(name, sent, procedure)
        if value is not None:
            body[name] = value
    return body


Reader = Callable[[str, Fields, Procedure], Any]


def _as_sent(name: str, sent: Fields, _: Procedure) -> str | None:
    value = sent.one(name)
    return None if value is None else value.replace("\r\n", "\n")


def _several(name: str, sent: Fields, _: Procedure) -> list[str] | None:
    return list(sent.all(name)) or None


def _in_vietnam(name: str, sent: Fields, _: Procedure) -> str | None:
    value = sent.one(name)
    return None if value is None else f"{value}+07:00"


def sent_facts(_: str, sent: Fields, procedure: Procedure) -> dict[str, FactValue] | None:
    """The facts of a form, each of the type that the procedure gives it."""
    types = {one.name: one.type for one in procedure.facts}
    return {name: _fact_value(types.get(name), value) for name, value in sent.beginning("facts.").items()} or None


def _fact_value(kind: FactType | None, value: str) -> FactValue:
    match kind:
        case FactType.BOOLEAN if value in {"yes", "no"}:
            return value == "yes"
        case FactType.INTEGER:
            return _whole(value)
        case _:
            return value


def _sent_charges(_: str, sent: Fields, __: Procedure) -> list[dict[str, str | int]] | None:
    return [{"code": code, "amount": _whole(value)} for code, value in sent.beginning("charges.").items()] or None


def _sent_amount(name: str, sent: Fields, _: Procedure) -> int | str | None:
    value = sent.one(name)
    return None if value is None else _whole(value)


def _whole(value: str) -> int | str:
    """“2.500.000” as people write it; whatever is no number is for the model to refuse."""
    digits = value.strip().replace(".", "")
    return int(digits) if digits.isascii() and digits.isdigit() else value


_READERS: Mapping[str, Reader] = {
    "facts": sent_facts,
    "charges": _sent_charges,
    "amount": _sent_amount,
    "components": _several,
    "participants": _several,
    "attend_at": _in_vietnam,
    "appointment_at": _in_vietnam,
}
