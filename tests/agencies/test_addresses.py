"""Nothing leaves for an address that is not the partner's, whatever a name resolves to or an answer points at."""

from ipaddress import ip_address

import httpx
import pytest
from pydantic import ValidationError

from agencies.addresses import Address, AddressRefused, AllowedAddresses
from agencies.line_terms import WebhookTerms
from agencies.signatures import drawn_key
from dossiers.values import AgencyCode

_, PUBLIC = drawn_key()


def terms(url: str = "https://bhxh.example:8443/messages", *networks: str) -> WebhookTerms:
    return WebhookTerms.model_validate(
        {
            "code": AgencyCode("social-insurance"),
            "connector": "webhook",
            "url": url,
            "networks": networks or ("10.20.0.0/16", "fd00:20::/32"),
            "receipt_keys": [PUBLIC],
        }
    )


async def asked(url: str, *addresses: str) -> tuple[httpx.Request, ...]:
    """The requests that went out when the partner's name resolved to those addresses."""
    out: list[httpx.Request] = []

    async def resolve(host: str, port: int) -> tuple[Address, ...]:
        del host, port
        return tuple(ip_address(one) for one in addresses)

    def taken(request: httpx.Request) -> httpx.Response:
        out.append(request)
        return httpx.Response(302, headers={"location": "http://169.254.169.254/"})

    transport = AllowedAddresses(terms(), httpx.MockTransport(taken), resolve)
    async with httpx.AsyncClient(transport=transport, follow_redirects=False) as client:
        await client.post(url)
    return tuple(out)


@pytest.mark.parametrize("address", ["10.20.0.7", "fd00:20::7"])
async def test_a_request_goes_to_the_address_that_was_checked_under_the_name_that_was_meant(address: str) -> None:
    (request,) = await asked("https://bhxh.example:8443/messages", address)

    assert request.url.host == address
    assert request.headers["host"] == "bhxh.example:8443"
    assert request.extensions["sni_hostname"] == "bhxh.example"


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "169.254.169.254", "10.21.0.1", "0.0.0.0", "224.0.0.1", "192.0.0.8"),  # noqa: S104
        *("::1", "::ffff:10.20.0.7", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "fec0::1"),
    ],
)
async def test_another_network_is_not_connected_to(address: str) -> None:
    with pytest.raises(AddressRefused):
        await asked("https://bhxh.example:8443/messages", address)
    with pytest.raises(AddressRefused):
        await asked("https://bhxh.example:8443/messages", "10.20.0.7", address)


async def test_a_name_that_resolves_to_nothing_is_not_connected_to() -> None:
    with pytest.raises(AddressRefused):
        await asked("https://bhxh.example:8443/messages")


@pytest.mark.parametrize(
    "url",
    [
        "https://bhxh.example/messages",
        "https://bhxh.example:8444/",
        "https://bhxh.example.:8443/",
        "https://10.20.0.7:8443/",
    ],
)
async def test_another_host_or_port_is_not_connected_to(url: str) -> None:
    with pytest.raises(AddressRefused):
        await asked(url, "10.20.0.7")


@pytest.mark.parametrize(
    ("url", "network"),
    [
        ("http://bhxh.example/messages", "10.20.0.0/16"),
        ("http://bhxh.example/messages", "0.0.0.0/0"),
        ("ftp://bhxh.example/messages", "10.20.0.0/16"),
        ("https://user:secret@bhxh.example/", "10.20.0.0/16"),
        ("https:///messages", "10.20.0.0/16"),
    ],
)
def test_a_directory_takes_no_unsafe_address(url: str, network: str) -> None:
    with pytest.raises(ValidationError):
        terms(url, network)


def test_plain_http_stays_inside_the_machine() -> None:
    assert terms("http://127.0.0.1:9000/messages", "127.0.0.0/8").port == 9_000
