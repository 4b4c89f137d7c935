"""How an agency's own system is reached: connector, address, networks, keys; a part of the directory.

Invariants: an address is one host and one port, and what the host resolves to must lie in the networks named here
before anything is sent; plain HTTP is for loopback alone. Secrets are not here, only the partner's public keys.
"""

from ipaddress import IPv4Network, IPv6Network
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from agencies.signatures import PublicKey
from dossiers.dispatches import Interest
from dossiers.values import AgencyCode, Value

_LOOPBACK = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))

Network = IPv4Network | IPv6Network


class LineTerms(Value):
    """One line to one system."""

    code: AgencyCode
    connector: Literal["webhook"]
    interest: Interest = Interest.WORK
    url: str
    networks: Annotated[tuple[Network, ...], Field(min_length=1)]
    #: With which keys the partner signs its receipts; several while it changes them.
    receipt_keys: Annotated[tuple[PublicKey, ...], Field(min_length=1)]
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


def _is_loopback(network: Network) -> bool:
    if isinstance(network, IPv4Network):
        return network.subnet_of(_LOOPBACK[0])
    return network.subnet_of(_LOOPBACK[1])
