"""Connections to partners: to the registered host and port alone, and only if what it resolves to lies in its networks.

The name is resolved once for each request and every address is checked; the connection goes to the address that was
checked, with the name kept for TLS and Host. Redirects are not followed, proxies of the environment are not asked.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from ipaddress import IPv4Address, IPv6Address, ip_address

import httpx

from agencies.line_terms import LineTerms

Address = IPv4Address | IPv6Address
Resolver = Callable[[str, int], Awaitable[tuple[Address, ...]]]


class AddressRefused(httpx.TransportError):
    """Địa chỉ không nằm trong danh sách cho phép của đường truyền."""


async def resolved(host: str, port: int) -> tuple[Address, ...]:
    """Every address of the host, as the machine's resolver answers."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(ip_address(address[0]) for *_, address in found)


class AllowedAddresses(httpx.AsyncBaseTransport):
    """Lets a request out to the one partner it was made for."""

    def __init__(self, terms: LineTerms, through: httpx.AsyncBaseTransport, resolve: Resolver = resolved) -> None:
        self._terms = terms
        self._through = through
        self._resolve = resolve

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        port = url.port or (443 if url.scheme == "https" else 80)
        if (url.host, port) != (self._terms.host, self._terms.port):
            message = f"{url.host}:{port}"
            raise AddressRefused(message)
        request.url = url.copy_with(host=str(await self._checked(url.host, port)))
        request.extensions = {**request.extensions, "sni_hostname": url.host}
        return await self._through.handle_async_request(request)

    async def aclose(self) -> None:
        await self._through.aclose()

    async def _checked(self, host: str, port: int) -> Address:
        """One wrong address among several is enough to send nothing."""
        try:
            addresses = await self._resolve(host, port)
        except OSError as error:
            raise httpx.ConnectError(host) from error
        if not addresses or not all(self._is_allowed(address) for address in addresses):
            message = f"{host}: {', '.join(str(address) for address in addresses)}"
            raise AddressRefused(message)
        return addresses[0]

    def _is_allowed(self, address: Address) -> bool:
        return any(address.version == network.version and address in network for network in self._terms.networks)


def partner_client(terms: LineTerms, resolve: Resolver = resolved) -> httpx.AsyncClient:
    """The client for one partner; close it at the end."""
    transport = AllowedAddresses(terms, httpx.AsyncHTTPTransport(trust_env=False), resolve)
    return httpx.AsyncClient(transport=transport, timeout=terms.timeout, follow_redirects=False, trust_env=False)
