"""How another system is reached: connector, address, networks, keys; a part of the directory.

Invariants: an address is one host and one port, and what the host resolves to must lie in the networks named here
before anything is sent; plain HTTP is for loopback alone. Secrets are not here, only the partner's public keys.
"""

from ipaddress import IPv4Network, IPv6Network
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from agencies.portal_codes import PortalTable, shipped_table
from agencies.signatures import PublicKey
from dossiers.dispatches import Interest
from dossiers.values import AgencyCode, ProcedureCode, Value

_LOOPBACK = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))

Network = IPv4Network | IPv6Network


class LineTerms(Value):
    """One line to one system: what holds of every connector."""

    code: AgencyCode
    interest: Interest = Interest.WORK
    url: str
    networks: Annotated[tuple[Network, ...], Field(min_length=1)]
    #: How long one attempt may take, seconds.
    timeout: float = Field(default=15, gt=0, le=30)

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        parts = urlsplit(self.url)
        return parts.port or (443 if parts.scheme == "https" else 80)

    @model_validator(mode="after")
    def _is_an_address(self) -> "LineTerms":
        parts = urlsplit(self.url)
        if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or parts.query:
            message = "url phải có dạng https://máy[:cổng]/đường-dẫn"
            raise ValueError(message)
        if parts.scheme == "http" and not all(_is_loopback(network) for network in self.networks):
            message = "http chỉ dùng trong máy (127.0.0.0/8, ::1); ra ngoài phải là https"
            raise ValueError(message)
        return self


class WebhookTerms(LineTerms):
    """The generic agency with a system of its own."""

    connector: Literal["webhook"]
    #: With which keys the partner signs its receipts; several while it changes them.
    receipt_keys: Annotated[tuple[PublicKey, ...], Field(min_length=1)]


class PortalTerms(LineTerms):
    """The National Public Service Portal, by the adapter that leads there; it is shown everything about status."""

    connector: Literal["portal"]
    interest: Literal[Interest.STATUS] = Interest.STATUS
    #: The identifier code under which we are known there (``madonvi``).
    organisation: str = Field(min_length=1)
    #: Where to sign in, on the same host.
    sign_in: str = Field(default="/mapi/login", pattern=r"^/\S*$")
    #: Sent with every call: the destination that the adapter wants named.
    headers: dict[str, str] = {}
    #: The portal's codes for procedures that go there under another than ours.
    procedures: dict[ProcedureCode, str] = {}
    #: In place of the shipped table, where somebody knows better.
    codes: PortalTable | None = None

    @property
    def table(self) -> PortalTable:
        return self.codes or shipped_table()


#: An entry of the directory.
AnyTerms = Annotated[WebhookTerms | PortalTerms, Field(discriminator="connector")]


def _is_loopback(network: Network) -> bool:
    if isinstance(network, IPv4Network):
        return network.subnet_of(_LOOPBACK[0])
    return network.subnet_of(_LOOPBACK[1])
