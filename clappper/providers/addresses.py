"""Which addresses may be contacted: a service's own hosts, on the public internet, and what the user trusts.

An address that a service hands us is a stranger's word. Its host must be on that service's list, its name is
resolved once, none of its numbers may be private, and exactly that number is then connected to.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from clappper.providers.contract import FaultKind, ProviderError, ProviderFault

Resolver = Callable[[str, int], Awaitable[tuple[str, ...]]]
ANY_HOST = ("*",)
NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Contact:
    """An address that may be contacted, at ``number``; empty leaves that to the client."""

    url: str
    host: str
    number: str = ""


async def resolve(host: str, port: int) -> tuple[str, ...]:
    """Ask the system for all numbers of a host."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


class Gate:
    """Decides about one address at a time."""

    def __init__(
        self, own_origins: Iterable[str], resolver: Resolver, *, through_proxy: bool = False
    ) -> None:
        """``own_origins`` are trusted as they are; with a proxy, that one resolves names."""
        self._own = frozenset(origin_of(origin) for origin in own_origins)
        self._resolver = resolver
        self._through_proxy = through_proxy

    async def admit(self, url: str, hosts: Iterable[str]) -> Contact:
        """Check an address for one of ``hosts``; a host that begins with a dot stands for all below it.

        Raises:
            ProviderError: MODEL, it must not be contacted; OFFLINE, its name cannot be resolved.
        """
        parts = _split(url)
        host = parts.hostname or ""
        if origin_of(url) in self._own:
            return Contact(url, host)
        if parts.scheme != "https":
            raise _refused(url, "is not encrypted")
        if parts.username is not None or parts.password is not None:
            raise _refused(url, "carries a password")
        if parts.port not in {None, 443}:
            raise _refused(url, "is on an unusual port")
        if not is_listed(host, hosts):
            raise _refused(url, "is not one of the service's own hosts")
        if self._through_proxy:
            if not _is_public(host, otherwise=True):
                raise _refused(url, "lies in a private network")
            return Contact(url, host)
        return Contact(url, host, await self._number(url, host))

    async def _number(self, url: str, host: str) -> str:
        try:
            numbers = await self._resolver(host, 443)
        except OSError as error:
            fault = ProviderFault(
                FaultKind.OFFLINE, f"The host {host} cannot be found: {error.strerror or error}."
            )
            raise ProviderError(fault) from error
        if not numbers:
            raise ProviderError(ProviderFault(FaultKind.OFFLINE, f"The host {host} has no address."))
        if not all(_is_public(number) for number in numbers):
            raise _refused(url, "lies in a private network")
        return numbers[0]


def origin_of(url: str) -> str:
    """Give scheme, host and port of an address, in one spelling."""
    parts = urlsplit(url)
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
    return f"{parts.scheme}://{parts.hostname}:{port}"


def is_listed(host: str, hosts: Iterable[str]) -> bool:
    """Tell whether a host is one of ``hosts``, or below one that begins with a dot."""
    host = host.rstrip(".").lower()
    return any(known in {"*", host} or (known.startswith(".") and host.endswith(known)) for known in hosts)


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise _refused(url, "is no address") from error
    if not parts.hostname or any(character.isspace() for character in url) or "\\" in url:
        raise _refused(url, "is no address")
    return parts


def _is_public(number: str, *, otherwise: bool = False) -> bool:
    """Tell whether a number belongs to the public internet, also the one inside a wrapped IPv6 number."""
    try:
        address = ipaddress.ip_address(number.partition("%")[0])
    except ValueError:
        return otherwise
    if isinstance(address, ipaddress.IPv6Address):
        if address in NAT64:
            return _is_public(str(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)))
        wrapped = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
        if wrapped:
            return _is_public(str(wrapped))
    return address.is_global and not address.is_multicast and not address.is_reserved


def _refused(url: str, why: str) -> ProviderError:
    return ProviderError(
        ProviderFault(
            FaultKind.MODEL,
            f"The result is offered at an address that {why}: {url.partition('?')[0][:80]!r}.",
            "It was not fetched. Look at the service's own page, or tell its support.",
        )
    )
