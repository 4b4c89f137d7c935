"""Who takes part in the soak: agencies with systems of their own, each a process with its own faults, and the portal.

The portal only listens, to every change of every dossier. The agencies are told of their work, do it through the API
with keys of their own, and leave what a person must sign to their officers.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from random import Random

from agencies.directory import load_directory
from agencies.line_terms import WebhookTerms
from agencies.roster import Directory
from api.callers import ApiKey
from dossiers.dispatches import Interest
from dossiers.seats import CallerKind
from dossiers.values import AgencyCode, OfficerId, UnitCode, Value
from embedded.ports import free_port
from store.callers import Caller, add_caller
from store.database import Transaction
from tests.support.partner import SECRET, Partner

PORTAL = AgencyCode("portal")
#: Seconds: after them an answer comes too late. A slow answer takes less, a silent system lets them pass.
TIMEOUT, SLOWNESS = 1.0, 0.4


class Party(Value):
    """An agency with a system of its own, or the portal."""

    code: AgencyCode
    #: Where its work lies; null for a party that only listens.
    unit: UnitCode | None
    interest: Interest
    #: How its system ends its work: ``step=outcome``.
    answers: tuple[str, ...] = ()
    #: Shares of the calls, by the simulator's options.
    faults: Mapping[str, float]


_TROUBLED = {
    "slow": 0.08, "broken": 0.08, "silent": 0.02, "dropped": 0.06, "unsigned": 0.04, "repeated": 0.2, "reordered": 0.2,
}  # fmt: skip
PARTIES = (
    Party(code=PORTAL, unit=None, interest=Interest.STATUS, faults={"broken": 0.08, "dropped": 0.06, "slow": 0.02}),
    Party(
        code=AgencyCode("social-insurance"),
        unit=UnitCode("social-insurance-benefits"),
        interest=Interest.WORK,
        answers=("appraisal=eligible",),
        faults=_TROUBLED,
    ),
    Party(
        code=AgencyCode("fire-police"),
        unit=UnitCode("fire-police-appraisal"),
        interest=Interest.WORK,
        faults=_TROUBLED,
    ),
    Party(
        code=AgencyCode("agriculture-environment-department"),
        unit=UnitCode("environment-division"),
        interest=Interest.WORK,
        faults=_TROUBLED,
    ),
)
#: The agencies whose work their own systems do, and so all parties but the portal.
AGENCIES = tuple(one for one in PARTIES if one.unit is not None)
WITH_SYSTEMS = tuple(one.code for one in AGENCIES)


class Neighbour:
    """A party's process: started, killed and started again, each time with faults drawn anew."""

    def __init__(self, party: Party, folder: Path, seed: int) -> None:
        folder.mkdir()
        self.party = party
        self._chance = Random(f"{seed}/{party.code}")
        self._partner = Partner(party.code, folder, free_port())
        self._key = ApiKey.drawn()

    @property
    def book(self) -> Path:
        """What it wrote down."""
        return self._partner.book

    @property
    def terms(self) -> WebhookTerms:
        return self._partner.terms.model_copy(update={"interest": self.party.interest, "timeout": TIMEOUT})

    async def may_call(self, tx: Transaction) -> None:
        """Its system gets a key of its own."""
        if self.party.unit is not None:
            caller = Caller(
                id=OfficerId(f"{self.party.code}-system"),
                kind=CallerKind.SYSTEM,
                label=self.party.code,
                agency=self.party.code,
                unit=self.party.unit,
            )
            await add_caller(tx, caller, key_hash=self._key.hash, key_prefix=self._key.prefix)

    async def start(self, api_url: str) -> None:
        faults = [part for name, share in self.party.faults.items() for part in (f"--{name}", str(share))]
        answers = [part for one in self.party.answers for part in ("--answer", one)]
        api = ["--api", api_url] if self.party.unit is not None else []
        seed = str(self._chance.randrange(2**31))
        await self._partner.start(
            *faults, *answers, *api, "--slowness", str(SLOWNESS), "--seed", seed, api_key=self._key.secret
        )

    async def kill(self) -> None:
        await self._partner.kill()

    async def is_at_work(self) -> bool:
        return await self._partner.is_at_work()


def secrets(parties: Iterable[Party]) -> dict[AgencyCode, list[str]]:
    """What this machine shares with each of them."""
    return {one.code: [SECRET] for one in parties}


def directory_with(neighbours: Mapping[AgencyCode, Neighbour]) -> Directory:
    """The shipped province, later: now it knows of all these systems."""
    lines = tuple(one.terms for one in neighbours.values())
    return Directory(**{**dict(load_directory()), "version": "quang-ninh-2026.2", "lines": lines})
