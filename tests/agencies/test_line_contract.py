"""What our side of a line and an agency's own system promise each other, held against the system as a process."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from agencies.line import (
    LineFailure,
    LineUnknown,
    Message,
    PartnerRefuses,
    PartnerUnreachable,
    ReceiptInvalid,
    ReceiptMissing,
)
from agencies.line_terms import AnyTerms
from agencies.lines import Lines, Secrets
from agencies.signatures import digest_of, drawn_key
from agencies.webhook import WebhookLine, body_of
from dossiers.instants import VIETNAM, parse_instant
from dossiers.state import DossierStatus
from dossiers.values import AgencyCode, DossierNumber
from embedded.ports import free_port
from tests.support.partner import SECRET, Partner, partner

CODE = "social-insurance"


@pytest.fixture(scope="module")
async def system(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Partner]:
    async with partner(CODE, tmp_path_factory.mktemp("partner")) as made:
        yield made


def message(dossier: UUID, position: int = 1, **changes: object) -> Message:
    made = Message(
        id=uuid4(),
        line=AgencyCode(CODE),
        dossier=dossier,
        number=DossierNumber("H49.5-261125-0001"),
        kind="dossier.filed",
        position=position,
        event=position,
        occurred_at=parse_instant("2026-03-02T08:00"),
        status=DossierStatus.FILED,
        portal_code=1,
        task=None,
    )
    return made.model_copy(update=changes)


class Moving:
    """A directory that is published again and again."""

    def __init__(self, terms: list[AnyTerms]) -> None:
        self._terms = iter(terms)

    async def line(self, code: AgencyCode) -> AnyTerms | None:
        assert code == CODE
        return next(self._terms)


async def send(system: Partner, given: Message, **changes: object) -> str:
    async with system.lines(**changes) as lines:
        return await (await webhook(lines)).send(given)


async def webhook(lines: Lines) -> WebhookLine:
    line = await lines.of(AgencyCode(CODE))
    assert isinstance(line, WebhookLine)
    return line


async def times_taken(system: Partner, given: Message) -> list[int]:
    return [one["times"] for one in await system.taken() if one["id"] == str(given.id)]


async def test_a_message_is_signed_for_by_the_digest_of_its_bytes(system: Partner) -> None:
    given = message(uuid4())

    assert await send(system, given) == digest_of(body_of(given))
    assert await times_taken(system, given) == [1]


async def test_the_same_message_again_is_recognised_and_signed_for_again(system: Partner) -> None:
    given = message(uuid4())

    assert await send(system, given) == await send(system, given)
    assert await times_taken(system, given) == [2]


async def test_a_message_that_comes_before_an_earlier_one_is_not_taken_in(system: Partner) -> None:
    dossier = uuid4()
    later = message(dossier, 2)

    with pytest.raises(PartnerRefuses):
        await send(system, later)
    await send(system, message(dossier, 1))
    await send(system, later)

    assert await times_taken(system, later) == [1]


async def test_what_nobody_signed_with_a_shared_secret_is_not_taken_in(system: Partner) -> None:
    given = message(uuid4())
    system.rotate("whsec_" + "A" * 40)
    try:
        with pytest.raises(PartnerRefuses, match="401"):
            await send(system, given)
    finally:
        system.rotate(SECRET)

    assert await times_taken(system, given) == []


async def test_a_secret_is_changed_without_a_gap(system: Partner) -> None:
    system.rotate("whsec_" + "A" * 40, SECRET)
    try:
        assert await send(system, message(uuid4()))
    finally:
        system.rotate(SECRET)


async def test_a_receipt_that_another_key_signed_is_none(system: Partner) -> None:
    _, stranger = drawn_key()

    with pytest.raises(ReceiptInvalid):
        await send(system, message(uuid4()), receipt_keys=(stranger,))


async def test_a_redirect_is_not_followed(system: Partner) -> None:
    given = message(uuid4())

    with pytest.raises(PartnerRefuses, match="307"):
        await send(system, given, url=system.terms.url.replace("/messages", "/moved"))
    assert await times_taken(system, given) == []


async def test_a_system_that_moved_is_found_by_the_next_message(system: Partner) -> None:
    """The directory is asked at every attempt; nothing is started anew."""
    system.write_secrets()
    elsewhere = system.terms.model_copy(update={"url": f"http://127.0.0.1:{free_port()}/messages"})
    register, given = Moving([elsewhere, system.terms]), message(uuid4())
    async with Lines(register, Secrets(system.secrets_file), lambda: datetime.now(VIETNAM)) as lines:
        with pytest.raises(PartnerUnreachable):
            await (await webhook(lines)).send(given)
        assert await (await webhook(lines)).send(given)

    assert await times_taken(system, given) == [1]


async def test_a_line_of_which_no_directory_knows_sends_nothing(system: Partner) -> None:
    with pytest.raises(LineUnknown):
        async with system.lines() as lines:
            await lines.of(AgencyCode("nobody"))


async def test_a_line_without_a_secret_on_this_machine_sends_nothing(system: Partner) -> None:
    system.rotate()
    try:
        with pytest.raises(LineUnknown):
            await send(system, message(uuid4()))
    finally:
        system.rotate(SECRET)


@pytest.mark.parametrize(
    ("fault", "failure", "taken"),
    [
        ("--broken", PartnerRefuses, 0),
        ("--slow", PartnerUnreachable, 1),
        ("--dropped", PartnerUnreachable, 1),
        ("--unsigned", ReceiptMissing, 1),
    ],
)
async def test_a_system_that_fails_leaves_no_receipt_and_one_that_comes_back_has_done_it_once(
    tmp_path: Path, fault: str, failure: type[LineFailure], taken: int
) -> None:
    """A bare 200 is not a receipt; after a kill the ledger on its disk is what the system remembers."""
    given = message(uuid4())
    async with partner(CODE, tmp_path, fault, "1") as system:
        with pytest.raises(failure):
            await send(system, given)
        await system.kill()
        with pytest.raises(PartnerUnreachable):
            await send(system, given)
        await system.start()

        # A slow one may be killed before it has taken anything in.
        assert len(await times_taken(system, given)) <= taken
        await send(system, given)
        assert len(await times_taken(system, given)) == 1
