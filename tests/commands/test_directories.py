"""What is asked of which version of the directory."""

import pytest

from agencies.directory import load_directory
from agencies.line_terms import WebhookTerms
from agencies.roster import Directory
from agencies.signatures import drawn_key
from commands.calendars import publish_directory
from dossiers.values import AgencyCode
from tests.commands.office import Office

TAX = AgencyCode("provincial-tax")


def line_at(url: str) -> WebhookTerms:
    return WebhookTerms.model_validate(
        {"code": TAX, "connector": "webhook", "url": url, "networks": ["10.0.0.0/8"], "receipt_keys": [drawn_key()[1]]}
    )


async def publish(office: Office, version: str, *lines: WebhookTerms) -> None:
    # Made anew: a copy would keep what the other one has looked up already.
    made = Directory(**{**dict(load_directory()), "version": version, "lines": lines})
    async with office.database.transaction() as tx:
        await publish_directory(tx, made)


async def test_a_line_is_reached_as_the_newest_version_that_knows_it_says(idle_office: Office) -> None:
    """A dossier filed while an agency had a system of its own still tells it, wherever that has moved."""
    directories = idle_office.catalogue.directories
    nowhere = (await directories.lines(), await directories.line(TAX))
    await publish(idle_office, "quang-ninh-2026.2", line_at("https://old.example.vn/in"))
    await publish(idle_office, "quang-ninh-2026.3", line_at("https://new.example.vn/in"))
    await publish(idle_office, "quang-ninh-2026.4")

    found = await directories.line(TAX)

    assert nowhere == ((), None)
    assert found is not None
    assert found.host == "new.example.vn"
    assert await directories.lines() == (TAX,)
    newest = await directories.version("quang-ninh-2026.4")
    assert newest is not None
    assert newest.lines == ()


@pytest.mark.parametrize("code", ["nobody", "ha-long-one-stop"])
async def test_a_line_that_no_version_knows_is_not_found(idle_office: Office, code: str) -> None:
    assert await idle_office.catalogue.directories.line(AgencyCode(code)) is None
