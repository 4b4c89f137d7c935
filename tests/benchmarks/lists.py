"""The store alone: what officers and supervisors read, and taking the next task, among a million open ones.

Every question is put many times, each time from another desk, busy desks more often; the time is that of the whole
transaction as the API would begin, ask and end it.
"""

from collections.abc import Awaitable, Callable, Mapping
from random import Random
from time import perf_counter

from dossiers.procedure import Role
from dossiers.seats import Seat
from dossiers.values import ProcedureCode, Value
from embedded.stack import Say
from store.database import Database, Transaction
from store.escalations import EscalationFilter, list_escalations
from store.overdue import OverdueFilter, count_by_rung, heat, list_overdue
from store.register import DossierFilter, find_by_number, list_dossiers, read_statistics
from store.rendered import DeadlineState
from store.worklist import TaskFilter, get_next, list_tasks
from tests.benchmarks.province import Province, address_in, copied, invented, number_of
from tests.benchmarks.rounds import percentile

_MILLISECONDS = 1000
#: Questions about the whole province are put this much less often.
_WIDE = 20

Question = Callable[[Transaction], Awaitable[object]]


class ListFigures(Value):
    """How long one question takes."""

    p50_ms: float
    p99_ms: float


async def measure_lists(owner_url: str, app_url: str, *, tasks: int, times: int, say: Say) -> dict[str, ListFigures]:
    """Each question by name."""
    province = invented(tasks)
    say(f"Chép {tasks:,} việc đang mở…")
    async with copied(province, owner_url):
        say("Hỏi…")
        database = await Database.connect(address_in(app_url), application="lienthong bench")
        try:
            desks = Desks(province)
            return {
                name: await _measure(database, ask, times if name not in desks.wide() else max(1, times // _WIDE))
                for name, ask in desks.questions().items()
            }
        finally:
            await database.close()


async def _measure(database: Database, ask: Callable[[], Question], times: int) -> ListFigures:
    taken = list[float]()
    for _ in range(times + 1):
        question = ask()
        began = perf_counter()
        async with database.transaction() as tx:
            await question(tx)
        taken.append((perf_counter() - began) * _MILLISECONDS)
    del taken[0]  # the statement is prepared once for each connection
    return ListFigures(p50_ms=percentile(taken, 50), p99_ms=percentile(taken, 99))


class Desks:
    """Who asks what."""

    def __init__(self, province: Province) -> None:
        self._province = province
        self._chance = Random(province.seed)

    def questions(self) -> Mapping[str, Callable[[], Question]]:
        return {
            "worklist_page": self._page,
            "worklist_page_role_free": lambda: self._page(role=Role.OFFICER, is_free=True),
            "worklist_page_overdue": lambda: self._page(deadline_state=DeadlineState.OVERDUE),
            "worklist_page_procedure": lambda: self._page(procedure=ProcedureCode("1.013225")),
            "worklist_fifth_page": self._fifth_page,
            "worklist_mine": self._mine,
            "worklist_agency": self._agency,
            "worklist_province": lambda: lambda tx: list_tasks(tx, TaskFilter()),
            "get_next": self._get_next,
            "search_number": self._number,
            "register_page": self._register,
            "board_escalations": self._escalations,
            "board_overdue": lambda: lambda tx: list_overdue(tx, OverdueFilter(), limit=60),
            "board_rungs": lambda: lambda tx: count_by_rung(tx, OverdueFilter()),
            "board_heat": lambda: lambda tx: heat(tx, None),
            "board_statistics_agency": self._statistics,
            "board_statistics": lambda: read_statistics,
        }

    @staticmethod
    def wide() -> tuple[str, ...]:
        return ("board_statistics", "board_statistics_agency", "board_rungs", "board_heat")

    def _page(self, **more: object) -> Question:
        [place] = self._province.draw(self._chance, 1)
        wanted = TaskFilter.model_validate({"agency": place.agency, "unit": place.unit, **more})
        return lambda tx: list_tasks(tx, wanted)

    def _fifth_page(self) -> Question:
        [place] = self._province.draw(self._chance, 1)
        wanted = TaskFilter(agency=place.agency, unit=place.unit)

        async def turn_pages(tx: Transaction) -> None:
            cursor = None
            for _ in range(5):
                cursor = (await list_tasks(tx, wanted, cursor)).next

        return turn_pages

    def _mine(self) -> Question:
        [place] = self._province.draw(self._chance, 1)
        wanted = TaskFilter(agency=place.agency, officers=(self._chance.choice(place.officers),))
        return lambda tx: list_tasks(tx, wanted)

    def _agency(self) -> Question:
        [place] = self._province.draw(self._chance, 1)
        return lambda tx: list_tasks(tx, TaskFilter(agency=place.agency))

    def _get_next(self) -> Question:
        [place] = self._province.draw(self._chance, 1)
        officer = self._chance.choice(place.officers)
        seat = Seat(agency=place.agency, unit=place.unit)
        return lambda tx: get_next(tx, officer=officer, seat=seat, roles=(Role.OFFICER,))

    def _number(self) -> Question:
        number = self._chance.randrange(max(1, self._province.tasks // 2))
        return lambda tx: find_by_number(tx, number_of(number))

    def _register(self) -> Question:
        [place] = self._province.draw(self._chance, 1)
        return lambda tx: list_dossiers(tx, DossierFilter(agency=place.agency, is_open=True))

    def _escalations(self) -> Question:
        [place] = self._province.draw(self._chance, 1)
        return lambda tx: list_escalations(tx, EscalationFilter(agency=place.agency, stands=True))

    def _statistics(self) -> Question:
        [place] = self._province.draw(self._chance, 1)
        return lambda tx: read_statistics(tx, agency=place.agency)
