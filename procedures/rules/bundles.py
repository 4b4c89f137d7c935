"""Rules about sub-dossiers: what a part is given and brings back is known to both sides, and none is left behind."""

from collections.abc import Iterator

from datafiles.faults import Place
from dossiers.conditions import FactType
from dossiers.procedure import Effect, Procedure, Step, StepKind, SubDossier
from procedures.jurisdiction import Jurisdiction
from procedures.route import Route
from procedures.rules.names import established
from procedures.rules.rule import Finding, LocalRule, Rule, one_of


def _terms(procedure: Procedure) -> Iterator[Finding]:
    for at, step in enumerate(procedure.steps):
        if step.kind is not StepKind.SUB_DOSSIER:
            continue
        if step.sub_dossier is None:
            message = f"bước hồ sơ con “{step.id}” không nói theo thủ tục nào"
            yield Finding(("steps", at), message, "thêm “sub_dossier” với procedure và basis")
        else:
            yield from _known_facts(procedure, ("steps", at, "sub_dossier"), step.sub_dossier)
        if step.outcomes:
            message = f"bước “{step.id}” kết thúc bằng kết quả của hồ sơ con, không có kết cục riêng"
            yield Finding(("steps", at, "outcomes"), message, "bỏ “outcomes”; dùng “granted” để rẽ nhánh theo kết quả")


def _known_facts(procedure: Procedure, place: Place, terms: SubDossier) -> Iterator[Finding]:
    facts = {fact.name: fact for fact in procedure.facts}
    for key, names in (("gives", tuple(terms.gives.values())), ("brings", tuple(terms.brings))):
        for name in names:
            if name not in facts:
                yield Finding((*place, key), f"không có thông tin “{name}”", one_of(name, tuple(facts)))
    if terms.granted is None:
        return
    if terms.granted not in facts:
        message = f"không có thông tin “{terms.granted}”"
        yield Finding((*place, "granted"), message, one_of(terms.granted, tuple(facts)))
    elif facts[terms.granted].type is not FactType.BOOLEAN:
        message = f"“{terms.granted}” phải là thông tin đúng/sai (boolean)"
        yield Finding((*place, "granted"), message, "đổi kiểu của thông tin, hoặc dùng thông tin khác")


def _stays(procedure: Procedure) -> Iterator[Finding]:
    """A part once filed is a dossier of its own: the whole can no more be refused or done again around it."""
    route = Route(procedure)
    parts = [step.id for step in procedure.steps if step.kind is StepKind.SUB_DOSSIER]
    for at, step in enumerate(procedure.steps):
        around = [part for part in parts if part not in route.behind(step.id)]
        for position, outcome in enumerate(step.outcomes):
            if around and outcome.effect is not Effect.FORWARD:
                message = f"kết cục “{outcome.code}” của “{step.id}” bỏ lại hồ sơ con “{around[0]}” đã lập"
                hint = "xét trước khi lập hồ sơ con, hoặc để chính hồ sơ con quyết định"
                yield Finding(("steps", at, "outcomes", position), message, hint)


def _fits(procedure: Procedure, jurisdiction: Jurisdiction) -> Iterator[Finding]:
    for at, step in enumerate(procedure.steps):
        terms = step.sub_dossier
        other = jurisdiction.procedures.get(terms.procedure) if terms is not None else None
        if terms is not None and other is not None:
            place = ("steps", at, "sub_dossier")
            yield from _same_facts(procedure, other, terms, place)
            yield from _everything_needed(procedure, other, step, place)
            yield from _same_counter(procedure, other, place)


def _same_facts(procedure: Procedure, other: Procedure, terms: SubDossier, place: Place) -> Iterator[Finding]:
    ours, theirs = ({fact.name: fact for fact in one.facts} for one in (procedure, other))
    pairs = [("gives", their, our) for their, our in terms.gives.items()]
    pairs += [("brings", their, our) for our, their in terms.brings.items()]
    for key, their, our in pairs:
        if their not in theirs:
            message = f"thủ tục {other.code} không có thông tin “{their}”"
            yield Finding((*place, key), message, one_of(their, tuple(theirs)))
        elif our in ours and (ours[our].type, ours[our].choices) != (theirs[their].type, theirs[their].choices):
            message = f"“{our}” và “{their}” của {other.code} không cùng kiểu"
            yield Finding((*place, key), message, "khai báo hai thông tin cùng kiểu, cùng các lựa chọn")


def _everything_needed(procedure: Procedure, other: Procedure, step: Step, place: Place) -> Iterator[Finding]:
    """A part is filed by no person, so whatever its filing needs is known when its turn comes."""
    assert step.sub_dossier is not None, "only a sub-dossier is filed"
    route = Route(procedure)
    known = [fact.name for fact in procedure.facts if fact.required]
    known += [name for one in route.before(step.id) for name in established(route.steps[one])]
    for fact in other.facts:
        if fact.required and step.sub_dossier.gives.get(fact.name) not in known:
            message = f"thủ tục {other.code} cần thông tin “{fact.name}” khi nộp, mà chưa chắc đã biết"
            hint = "thêm vào “gives” một thông tin required, hoặc do một bước trước ghi nhận"
            yield Finding((*place, "gives"), message, hint)


def _same_counter(procedure: Procedure, other: Procedure, place: Place) -> Iterator[Finding]:
    """Who received the whole received its parts."""
    desks = [
        next(((part.agency, part.unit) for part in one.participants if part.duty == "counter"), None)
        for one in (procedure, other)
    ]
    if desks[0] != desks[1]:
        message = f"thủ tục {other.code} do một Bộ phận Một cửa khác tiếp nhận"
        yield Finding((*place, "procedure"), message, "chọn thủ tục cùng nơi tiếp nhận với thủ tục này")


RULES = (
    Rule("sub-dossier-terms", "Hồ sơ con nói rõ theo thủ tục nào, nhận và trả thông tin gì", _terms),
    Rule("sub-dossier-stays", "Đã lập hồ sơ con thì không từ chối hay làm lại cả hồ sơ", _stays),
)
LOCAL_RULES = (LocalRule("sub-dossier-fits", "Hồ sơ con nhận đủ thông tin mà thủ tục của nó cần", _fits),)
