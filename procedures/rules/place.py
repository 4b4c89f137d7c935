"""Rules about the government that runs the procedure: its people, its decrees, the size of what a dossier carries."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from dossiers.calendar import WorkCalendar
from dossiers.procedure import Procedure, Step
from dossiers.rule_set import RuleSet
from dossiers.rulebook import Rulebook
from procedures.jurisdiction import Jurisdiction, Post
from procedures.rules.rule import Finding, LocalRule, one_of

#: What Temporal carries without a second thought; a dossier's start input must fit whole.
START_INPUT_MAX = 32 * 1024
#: The dossier's identity, the fast clock's numbers and the keys around them.
_ENVELOPE = 896
#: Beyond the limit itself: stops, restarts and lateness.
_REACH = timedelta(days=366)
_DAYS_PER_WEEK_WORKED = 5


def _unstaffed_step(procedure: Procedure, jurisdiction: Jurisdiction) -> Iterator[Finding]:
    posts = {part.name: tuple(jurisdiction.staff.posts(procedure, part)) for part in procedure.participants}
    for at, part in enumerate(procedure.participants):
        where = ("participants", at)
        vacant = [post.place for post in posts[part.name] if post.unit is None]
        if not posts[part.name]:
            message = f"danh bạ không có nơi nào giữ phần “{part.name}” ({part.agency}, {part.unit})"
            yield Finding(where, message, "sửa “agency” và “unit”, hoặc thêm cơ quan vào danh bạ")
        if vacant:
            message = f"không ai giữ phần “{part.name}” ({part.agency}, {part.unit}) ở: {', '.join(vacant)}"
            yield Finding(where, message, "thêm đơn vị ở đó vào danh bạ, hoặc sửa “agency” và “unit”")
    for at, step in enumerate(procedure.steps):
        lacking = [post.place for post in posts.get(step.by, ()) if post.unit and not post.who_may(step.role)]
        if lacking:
            message = f"bước “{step.id}” không có ai giữ vai trò {step.role} ở: {', '.join(lacking)}"
            yield Finding(
                ("steps", at, "role"), message, "giao vai trò đó cho một cán bộ trong danh bạ, hoặc sửa “role”"
            )
        yield from _one_pair_of_eyes(procedure, at, step, posts.get(step.by, ()))


def _one_pair_of_eyes(procedure: Procedure, at: int, step: Step, posts: Sequence[Post]) -> Iterator[Finding]:
    """Four eyes in one unit need two officers, also where two parts sit in it."""
    desks = {one.name: (one.agency, one.unit) for one in procedure.participants}
    barred = [one for one in procedure.steps if one.id in step.not_by and desks.get(one.by) == desks.get(step.by)]
    for other in barred:
        alone = [
            post.place
            for post in posts
            if len(doers := post.who_may(step.role)) == 1 and doers == post.who_may(other.role)
        ]
        if alone:
            message = f"“{step.id}” và “{other.id}” phải do hai người làm, nhưng chỉ có một người ở: {', '.join(alone)}"
            yield Finding(("steps", at, "not_by"), message, "thêm một cán bộ có vai trò đó vào danh bạ")


def _rule_set_in_force(procedure: Procedure, jurisdiction: Jurisdiction) -> Iterator[Finding]:
    known = jurisdiction.rule_sets.get(procedure.rule_set)
    if known is None:
        hint = one_of(procedure.rule_set, tuple(jurisdiction.rule_sets))
        yield Finding(("rule_set",), f"không có bộ quy tắc “{procedure.rule_set}”", hint)
    elif not known.effective_from <= procedure.effective_on <= (known.effective_to or date.max):
        until = f" đến {known.effective_to}" if known.effective_to else ""
        message = f"“{known.code}” có hiệu lực từ {known.effective_from}{until}, thủ tục từ {procedure.effective_on}"
        yield Finding(("rule_set",), message, "chọn bộ quy tắc có hiệu lực vào ngày đó, hoặc sửa “effective_on”")


def _start_input(procedure: Procedure, jurisdiction: Jurisdiction) -> Iterator[Finding]:
    rule_set = jurisdiction.rule_sets.get(procedure.rule_set)
    if rule_set is None:
        return
    size = start_input_size(procedure, rule_set, jurisdiction)
    if size > START_INPUT_MAX:
        message = f"một hồ sơ mang theo đến {size} byte khi bắt đầu, nhiều nhất là {START_INPUT_MAX}"
        yield Finding(("code",), message, "rút gọn nhãn, ghi chú, thang nhắc việc, hoặc tách thủ tục")


def start_input_size(procedure: Procedure, rule_set: RuleSet, jurisdiction: Jurisdiction) -> int:
    """At most so many bytes, in whichever year and at whichever counter the dossier is filed."""
    calendar = jurisdiction.calendar
    first = min(max(procedure.effective_on.year, calendar.first.year), calendar.last.year)
    return max(_size_in(year, procedure, rule_set, jurisdiction) for year in range(first, calendar.last.year + 1))


def _size_in(year: int, procedure: Procedure, rule_set: RuleSet, jurisdiction: Jurisdiction) -> int:
    """Filed on the last day of a year, whose calendars reach furthest."""
    days = int(procedure.limit.value) * 7 // _DAYS_PER_WEEK_WORKED
    last = date(year, 12, 31) + timedelta(days=days) + _REACH
    largest = [
        max(jurisdiction.staff.posts(procedure, part), key=lambda post: _bytes(post.calendar), default=None)
        for part in procedure.participants
    ]
    held = [post for post in largest if post is not None and post.unit is not None]
    state = jurisdiction.calendar.between(date(year, 1, 1), date(last.year, 12, 31))
    rulebook = Rulebook(
        procedure=procedure,
        rule_set=rule_set,
        calendars={post.calendar.version: post.calendar.between(state.first, state.last) for post in held},
        unit_calendars={post.unit: post.calendar.version for post in held if post.unit is not None},
        promise_calendar=max((post.calendar.version for post in held), key=len, default=state.version),
    )
    return len(rulebook.model_dump_json().encode()) + _bytes(state) + _ENVELOPE


def _bytes(calendar: WorkCalendar) -> int:
    return len(calendar.model_dump_json().encode())


RULES = (
    LocalRule("unstaffed-step", "Bước nào cũng có người làm trong danh bạ", _unstaffed_step),
    LocalRule("rule-set-in-force", "Bộ quy tắc có hiệu lực khi thủ tục có hiệu lực", _rule_set_in_force),
    LocalRule("start-input", "Dữ liệu bắt đầu của một hồ sơ trong 32 KiB", _start_input),
)
