"""A province with a million open tasks, invented by a seed and copied into a schema of its own, which is dropped after.

Units are as unlike in size as towns are: the work of the n-th is about 1/n of the first's. Tasks fall due over the
weeks around now, one in nine is late, every third is held by somebody, one in twelve waits for its applicant; for each
ten that are open one lies there that is done. Foreign keys and rows that no list reads are left out.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import accumulate, islice
from random import Random

import asyncpg

from dossiers.values import AgencyCode, OfficerId, UnitCode, Value
from embedded.migrations import migrate
from embedded.stack import MIGRATIONS

SCHEMA = "lienthong_bench"
_APP = "lienthong_app"
_LINES = 2_000
_AGENCIES = 170
_UNITS_OF_AN_AGENCY = 4
_OFFICERS = (3, 12)
_NONE = r"\N"

_PROCEDURES = tuple(f"1.{number:06d}" for number in range(13_225, 13_249))
_FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương")
_MIDDLES = ("Văn", "Thị", "Đức", "Ngọc", "Minh", "Thu", "Hữu", "Quang", "Thanh", "Xuân", "Kim", "Hoà")
_NAMES = ("An", "Bình", "Châu", "Dũng", "Giang", "Hà", "Khánh", "Lâm", "Mai", "Sơn", "Thuý", "Uyên", "Vinh", "Yến")
_ROLES = (("officer", 70), ("counter", 15), ("approver", 9), ("unit_head", 4), ("agency_head", 2))
_KINDS = ("appraisal", "verification", "reception", "approval", "signing", "result", "return", "digitisation")
_CHANNELS = (("online", 58), ("counter", 36), ("post", 6))


class Place(Value):
    """A unit with those who work there."""

    agency: AgencyCode
    unit: UnitCode
    officers: tuple[OfficerId, ...]


class Province(Value):
    """Who works where, and how much of the work lies there; ``weights`` add up, as `random.choices` takes them."""

    places: tuple[Place, ...]
    weights: tuple[float, ...]
    now: datetime
    tasks: int
    seed: int

    def draw(self, chance: Random, number: int) -> list[Place]:
        """Places, each as often as there is work."""
        return chance.choices(self.places, cum_weights=self.weights, k=number)


def invented(tasks: int, *, seed: int = 1) -> Province:
    chance = Random(seed)
    places = [
        Place(
            agency=AgencyCode(f"agency-{agency:03d}"),
            unit=UnitCode(f"unit-{agency:03d}-{unit}"),
            officers=tuple(
                OfficerId(f"officer-{agency:03d}-{unit}-{number:02d}") for number in range(chance.randint(*_OFFICERS))
            ),
        )
        for agency in range(_AGENCIES)
        for unit in range(_UNITS_OF_AN_AGENCY)
    ]
    chance.shuffle(places)
    weights = accumulate(1 / (rank + 3) for rank in range(len(places)))
    now = datetime.now(UTC).replace(microsecond=0)
    return Province(places=tuple(places), weights=tuple(weights), now=now, tasks=tasks, seed=seed)


@asynccontextmanager
async def copied(province: Province, owner_url: str) -> AsyncIterator[None]:
    """The province in the store, in a schema of its own, for as long as this lasts."""
    connection = await asyncpg.connect(owner_url)
    try:
        await connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        await connection.execute(f"CREATE SCHEMA {SCHEMA}")
        await connection.execute(f"GRANT USAGE ON SCHEMA {SCHEMA} TO {_APP}")
        await migrate(address_in(owner_url), MIGRATIONS)
        await _copy_all(connection, province)
        yield
    finally:
        await connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        await connection.close()


def address_in(url: str) -> str:
    """The address of the schema in that database."""
    return f"{url}{'&' if '?' in url else '?'}search_path={SCHEMA}"


async def _copy_all(connection: asyncpg.Connection, province: Province) -> None:
    """Without keys between the tables, and with the indexes made at the end: that is what makes it quick."""
    await connection.execute(f"ALTER TABLE {SCHEMA}.task DROP CONSTRAINT task_dossier_fkey")
    await connection.execute(f"ALTER TABLE {SCHEMA}.applicant DROP CONSTRAINT applicant_dossier_fkey")
    await connection.execute(f"ALTER TABLE {SCHEMA}.escalation DROP CONSTRAINT escalation_dossier_fkey")
    indexes = await connection.fetch(_INDEXES, SCHEMA, list(_TABLES))
    for index in indexes:
        await connection.execute(f"DROP INDEX {SCHEMA}.{index['name']}")
    for table, (columns, lines) in _TABLES.items():
        source = _in_batches(lines(province))
        await connection.copy_to_table(table, source=source, columns=columns.split(), schema_name=SCHEMA, timeout=600)
    for index in indexes:
        await connection.execute(index["definition"], timeout=600)
    await connection.execute(f"VACUUM ANALYZE {', '.join(f'{SCHEMA}.{table}' for table in _TABLES)}", timeout=600)


_INDEXES = """
SELECT c.relname AS name, pg_get_indexdef(i.indexrelid) AS definition
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
WHERE c.relnamespace = $1::regnamespace AND t.relname = ANY ($2::text[])
    AND NOT EXISTS (SELECT FROM pg_constraint o WHERE o.conindid = i.indexrelid)
"""


async def _in_batches(lines: Iterator[str]) -> AsyncIterator[bytes]:
    while batch := list(islice(lines, _LINES)):
        yield "".join(batch).encode()


_DOSSIER = (
    "id number procedure procedure_version channel counter_agency counter_unit lead_agency lead_unit filed_by "
    "opened_at status portal_code last_sequence filed_at received_at promise_at closed_at grade agencies snapshot"
)


def _dossiers(province: Province) -> Iterator[str]:
    """As many as there are open tasks, less a fifth: some have two branches open."""
    chance = Random(province.seed)
    for number, dossier in enumerate(_identities(province)):
        counter, lead = province.draw(chance, 2)
        opened = province.now - timedelta(minutes=chance.randrange(60 * 24 * 60))
        procedure, channel, officer = (
            chance.choice(_PROCEDURES),
            _weighed(chance, _CHANNELS),
            chance.choice(counter.officers),
        )
        promise = opened + timedelta(days=chance.randrange(5, 40))
        agencies = ",".join(sorted({counter.agency, lead.agency}))
        yield (
            f"{dossier}\t{number_of(number)}\t{procedure}\t1\t{channel}\t{counter.agency}\t{counter.unit}\t"
            f"{lead.agency}\t{lead.unit}\t{officer}\t{opened}\tprocessing\t4\t7\t{opened}\t{opened}\t{promise}\t"
            f"{_NONE}\t{_NONE}\t{{{agencies}}}\t{{}}\n"
        )


_TASK = (
    "id dossier key number procedure channel step step_kind work agency unit role state opened_at closed_at due_at "
    "deadline_state holder claimed_at"
)


def _tasks(province: Province) -> Iterator[str]:
    """The open ones first, then one done for ten that are open."""
    chance = Random(province.seed + 1)
    dossiers = list(_identities(province))
    done = province.tasks // 10
    for number in range(province.tasks + done):
        [place] = province.draw(chance, 1)
        at = number % len(dossiers)
        state = "completed" if number >= province.tasks else "awaiting" if chance.random() < 1 / 12 else "open"
        due = province.now + timedelta(minutes=chance.randrange(-3 * 24 * 60, 24 * 24 * 60))
        holder, claimed, closed = _NONE, _NONE, _NONE
        if state == "completed":
            closed = f"{due}"
        elif chance.random() < 1 / 3:
            holder, claimed = chance.choice(place.officers), f"{province.now}"
        standing = "stopped" if state == "awaiting" else "overdue" if due < province.now else "within"
        kind = chance.choice(_KINDS)
        yield (
            f"{chance.getrandbits(128):032x}\t{dossiers[at]}\t{kind}#{number // len(dossiers) + 1}\t{number_of(at)}\t"
            f"{_PROCEDURES[at % len(_PROCEDURES)]}\t{_weighed(chance, _CHANNELS)}\t{kind}\t{kind}\tstep\t"
            f"{place.agency}\t{place.unit}\t{_weighed(chance, _ROLES)}\t{state}\t{due - timedelta(days=3)}\t{closed}\t"
            f"{_NONE if state == 'awaiting' else due}\t{standing}\t{holder}\t{claimed}\n"
        )


_ESCALATION = "dossier sequence subject rung term is_overdue reached_at decided_at agency unit"


def _escalations(province: Province) -> Iterator[str]:
    """One dossier in twelve has reached a rung."""
    chance = Random(province.seed + 2)
    for dossier in _identities(province):
        if chance.random() < 1 / 12:
            at = province.now - timedelta(minutes=chance.randrange(3 * 24 * 60))
            [lead] = province.draw(chance, 1)
            yield f"{dossier}\t8\tpromise\toverdue\t1\tt\t{at}\t{at}\t{lead.agency}\t{lead.unit}\n"


_APPLICANT = "dossier full_name identity_number phone"


def _applicants(province: Province) -> Iterator[str]:
    chance = Random(province.seed + 3)
    for dossier in _identities(province):
        name = " ".join(chance.choice(part) for part in (_FAMILIES, _MIDDLES, _MIDDLES, _NAMES))
        yield f"{dossier}\t{name}\t022{chance.randrange(10**9):09d}\t09{chance.randrange(10**8):08d}\n"


def _identities(province: Province) -> Iterator[str]:
    chance = Random(province.seed + 4)
    return (f"{chance.getrandbits(128):032x}" for _ in range(province.tasks * 4 // 5 or 1))


def number_of(dossier: int) -> str:
    return f"H49.{dossier % _AGENCIES:03d}-26{dossier // 10_000 % 12 + 1:02d}-{dossier:07d}"


def _weighed(chance: Random, choices: tuple[tuple[str, int], ...]) -> str:
    return chance.choices([one for one, _ in choices], [weight for _, weight in choices])[0]


_TABLES: Mapping[str, tuple[str, Callable[[Province], Iterator[str]]]] = {
    "dossier": (_DOSSIER, _dossiers),
    "task": (_TASK, _tasks),
    "escalation": (_ESCALATION, _escalations),
    "applicant": (_APPLICANT, _applicants),
}
