"""Fetching a result from an address that a service names: a stranger's word, so it is held to rules.

No key travels, only the service's own hosts are met, each hop is checked anew, the numbers of private
networks are refused, and the body is taken as it comes: neither packed, nor endless, nor at a crawl.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import ssl
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from io import BufferedWriter
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from clappper.base.clock import Clock
from clappper.base.errors import UnusableInputError
from clappper.providers.addresses import Contact, Gate
from clappper.providers.answers import Answer, retry_after_seconds
from clappper.providers.contract import FaultKind, ProviderError, ProviderFault
from clappper.providers.http import trust
from clappper.providers.workbench import Workbench

if TYPE_CHECKING:
    import httpx

MOST_HOPS = 3
MOST_RESUMES = 3
SLOWEST_BYTES_PER_SECOND = 20_000
PACE_SECONDS = 30.0
CHUNK_BYTES = 1 << 20
CONNECT_SECONDS, READ_SECONDS = 10.0, 30.0
GONE = frozenset({401, 403, 404, 410})
"""An address that has expired is refused as forbidden, or is no longer known."""


class Interrupted(Exception):  # noqa: N818 - not a failure yet: the rest may still be had
    """The connection broke in the middle of a body."""


@dataclass(slots=True)
class Take:
    """What is there of a body. ``etag`` is a strong one, or empty: then nothing can be added to it.

    ``tell`` hears the share that is there, 0..1, where the whole's size is known.
    """

    file: BufferedWriter
    tell: Callable[[float], object] | None = None
    size: int = 0
    etag: str = ""
    whole: int | None = None

    def restart(self) -> None:
        self.file.seek(0)
        self.file.truncate()
        self.size, self.etag, self.whole = 0, "", None


class Downloads:
    """Fetches from one service's hosts; one that begins with a dot stands for all below it.

    ``own`` are servers of the user's own beside those in the settings. ``transport`` stands in for the
    network in tests.
    """

    def __init__(
        self,
        bench: Workbench,
        name: str,
        hosts: Iterable[str],
        own: Iterable[str] = (),
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._name = name
        self._hosts = tuple(hosts)
        self._clock = bench.clock
        self._proxy = bench.settings.proxy
        self._largest = bench.settings.largest_download_mb * 1_000_000
        self._transport = transport
        self._tls: ssl.SSLContext | None = None
        trusted = (*bench.settings.own_origins, *own)
        self._gate = Gate(trusted, bench.resolver, through_proxy=bool(self._proxy))

    async def fetch(
        self,
        url: str,
        destination: Path,
        *,
        is_media: bool = True,
        tell: Callable[[float], object] | None = None,
    ) -> None:
        """Write what lies at ``url`` to ``destination``, whole or not at all.

        ``is_media``: what is neither picture, film nor sound by its own bytes is refused. ``tell`` hears
        the share that is there, 0..1, where the service says how much it is.

        Raises:
            ProviderError: EXPIRED, the address is no longer good; TRANSIENT, it may work the next time;
                OFFLINE, the host cannot be reached; MODEL, it must not be fetched.
        """
        part = destination.with_name(f".{destination.name}.part")
        try:
            with part.open("wb") as file:
                take = Take(file, tell)
                if url.startswith("data:"):
                    await self._keep(take, _inline(url))
                else:
                    await self._collect(url, take)
            if is_media:
                await asyncio.to_thread(self._demand_media, part)
            part.replace(destination)
        finally:
            part.unlink(missing_ok=True)

    async def _collect(self, url: str, take: Take) -> None:
        """Read a body to its end; what breaks off is gone on with where that is safe, else begun anew."""
        for tried in range(MOST_RESUMES + 1):
            if not take.etag:
                take.restart()
            try:
                await self._follow(url, take)
            except Interrupted as broken:
                if tried == MOST_RESUMES:
                    raise self._fault(FaultKind.TRANSIENT, "broke off in the middle of the file") from broken
            else:
                return

    async def _follow(self, url: str, take: Take) -> None:
        for _ in range(MOST_HOPS + 1):
            contact = await self._gate.admit(url, self._hosts)
            onward = await self._visit(contact, take)
            if not onward:
                return
            url = onward
        raise self._fault(FaultKind.MODEL, "sends us from one address to the next without an end")

    async def _visit(self, contact: Contact, take: Take) -> str:
        """Read one address into ``take``, or give the next address to look at."""
        if self._tls is None:
            self._tls = await asyncio.to_thread(trust)
        import httpx

        async with self._client(self._tls) as http:
            request = http.build_request(
                "GET",
                _numbered(contact),
                headers={
                    "Host": urlsplit(contact.url).netloc,
                    "Accept-Encoding": "identity",
                    **_rest_of(take),
                },
                extensions={"sni_hostname": contact.host} if contact.number else {},
            )
            try:
                response = await http.send(request, stream=True)
            except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
                raise self._fault(FaultKind.OFFLINE, "cannot be reached for the file") from error
            except httpx.HTTPError as error:
                raise Interrupted from error
            try:
                if response.is_redirect:
                    return urljoin(contact.url, str(response.headers.get("location", "")))
                await self._receive(response, take)
            except (httpx.RemoteProtocolError, httpx.NetworkError, httpx.TimeoutException) as error:
                raise Interrupted from error
            finally:
                await response.aclose()
        return ""

    async def _receive(self, response: httpx.Response, take: Take) -> None:
        self._demand_fine(response, take)
        pace = Pace(self._clock)
        pending = bytearray()
        try:
            async for piece in response.aiter_raw():
                pending += piece
                if take.size + len(pending) > self._largest:
                    raise self._fault(FaultKind.MODEL, f"sends more than {self._largest // 1_000_000} MB")
                if not pace.keeps_up(len(piece)):
                    raise self._fault(FaultKind.TRANSIENT, "sends the file too slowly")
                if len(pending) >= CHUNK_BYTES:
                    await self._keep(take, bytes(pending))
                    pending.clear()
        finally:
            await self._keep(take, bytes(pending))
        if take.whole is not None and take.size < take.whole:
            raise Interrupted

    async def _keep(self, take: Take, data: bytes) -> None:
        await asyncio.to_thread(take.file.write, data)
        take.size += len(data)
        if take.tell is not None and take.whole:
            take.tell(take.size / take.whole)

    def _demand_fine(self, response: httpx.Response, take: Take) -> None:
        """Look at the head of an answer before any of its body is read; start over if it is another file."""
        self._demand_status(response)
        if response.headers.get("content-encoding", "identity").lower() not in {"", "identity"}:
            raise self._fault(FaultKind.MODEL, "sends the file packed, although it was asked not to")
        is_rest = response.status_code == 206
        if is_rest and not _goes_on(response.headers, take):
            take.etag = ""
            raise Interrupted
        if not is_rest:
            take.restart()
        take.etag = _strong(response.headers.get("etag", ""))
        length = response.headers.get("content-length", "")
        take.whole = take.size + int(length) if length.isdecimal() else None
        if take.whole is not None and take.whole > self._largest:
            raise self._fault(
                FaultKind.MODEL,
                f"offers {take.whole / 1e6:.0f} MB, and at most {self._largest // 1_000_000} MB are fetched",
                "Raise largest_download_mb in the settings if the file is really that large.",
            )

    def _demand_status(self, response: httpx.Response) -> None:
        status = response.status_code
        if status in {200, 206}:
            return
        if status in GONE:
            raise self._fault(FaultKind.EXPIRED, f"no longer gives the file away (answer {status})")
        if status == 416:
            raise Interrupted
        if status == 429 or status >= 500:
            answer = Answer(status, {name.lower(): value for name, value in response.headers.items()})
            fault = ProviderFault(
                FaultKind.RATE_LIMITED if status == 429 else FaultKind.TRANSIENT,
                f"{self._name} has trouble giving the file (answer {status}).",
                retry_after_seconds=retry_after_seconds(answer, self._clock),
            )
            raise ProviderError(fault)
        raise self._fault(FaultKind.MODEL, f"does not give the file (answer {status})")

    def _demand_media(self, path: Path) -> None:
        from clappper.media.sniff import sniff

        try:
            sniff(path)
        except UnusableInputError as error:
            what = "sent a page or something else instead of a picture, film or sound"
            raise self._fault(FaultKind.TRANSIENT, what) from error

    def _client(self, tls: ssl.SSLContext) -> httpx.AsyncClient:
        """One client for one address: a connection on which a body was too long is never used again."""
        import httpx

        return httpx.AsyncClient(
            timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
            follow_redirects=False,
            trust_env=False,
            verify=tls,
            proxy=self._proxy or None,
            transport=self._transport,
            headers={"User-Agent": "clappper", "Accept": "*/*"},
        )

    def _fault(self, kind: FaultKind, what: str, hint: str = "") -> ProviderError:
        return ProviderError(ProviderFault(kind, f"{self._name} {what}.", hint))


class Pace:
    """Watches that a body comes at a bearable speed, over the last half minute."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began = clock.monotonic()
        self._seen: deque[tuple[float, int]] = deque()
        self._size = 0

    def keeps_up(self, size: int) -> bool:
        """Count what has come, and tell whether it is fast enough."""
        now = self._clock.monotonic()
        self._seen.append((now, size))
        self._size += size
        while self._seen and self._seen[0][0] < now - PACE_SECONDS:
            self._size -= self._seen.popleft()[1]
        if now - self._began < PACE_SECONDS:
            return True
        return self._size >= SLOWEST_BYTES_PER_SECOND * PACE_SECONDS


def _numbered(contact: Contact) -> str:
    """Put the number that was checked in the place of the name, so that nobody resolves it again."""
    if not contact.number:
        return contact.url
    number = f"[{contact.number}]" if ":" in contact.number else contact.number
    parts = urlsplit(contact.url)
    port = f":{parts.port}" if parts.port else ""
    return parts._replace(netloc=number + port).geturl()


def _rest_of(take: Take) -> dict[str, str]:
    if not (take.size and take.etag):
        return {}
    return {"Range": f"bytes={take.size}-", "If-Range": take.etag}


def _goes_on(headers: Mapping[str, str], take: Take) -> bool:
    """Tell whether an answer is the rest of the very file that was begun."""
    begins = headers.get("content-range", "").removeprefix("bytes ").partition("-")[0]
    return begins == str(take.size) and bool(take.etag) and headers.get("etag", "") == take.etag


def _strong(etag: str) -> str:
    return etag if etag.startswith('"') else ""


def _inline(url: str) -> bytes:
    """Read a file that is its own address.

    Raises:
        ProviderError: MODEL, it is damaged.
    """
    head, _, data = url.partition(",")
    try:
        return base64.b64decode(data, validate=True) if head.endswith(";base64") else data.encode()
    except binascii.Error as error:
        raise ProviderError(ProviderFault(FaultKind.MODEL, "The file in the answer is damaged.")) from error
