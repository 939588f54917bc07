"""Talking to a service's API: every call is checked, and what goes wrong becomes a fault the queue knows.

A key is sent to its service's own origin and nowhere else. A call that may cost money is sent once; when
nobody can tell whether it arrived, the fault says so. Nothing here repeats or waits.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from clappper.base.secrets import KeyName
from clappper.providers.addresses import ANY_HOST, Gate, origin_of
from clappper.providers.answers import Answer, retry_after_seconds, usual_fault
from clappper.providers.contract import FaultKind, ProviderError, ProviderFault
from clappper.providers.workbench import Workbench

if TYPE_CHECKING:
    import httpx

LARGEST_ANSWER_BYTES = 64 << 20
KEPT_CONNECTIONS = 16
CONNECT_SECONDS, READ_SECONDS, WRITE_SECONDS = 10.0, 60.0, 120.0


Explain = Callable[[Answer], ProviderFault | None]
"""A service's own reading of a refusal; None leaves it to the status."""
Headers = Callable[[], Mapping[str, str]]


class Api:
    """One service's API. ``headers`` gives what goes with each call: its key, its version.

    ``read_seconds`` is how long it may be silent before it answers.
    """

    def __init__(
        self,
        bench: Workbench,
        name: str,
        base_url: str,
        headers: Headers = dict,
        explain: Explain = lambda _: None,
        read_seconds: float = READ_SECONDS,
    ) -> None:
        self.name = name
        self.base_url = base_url.rstrip("/")
        self._bench = bench
        self._headers = headers
        self._explain = explain
        self._read_seconds = read_seconds
        self._tls: ssl.SSLContext | None = None
        self._clients: dict[bool, httpx.AsyncClient] = {}
        self._knows_key = False

    def owns(self, url: str) -> bool:
        """Tell whether an address lies below this API's own, so that its key may go there."""
        return url == self.base_url or url.startswith((f"{self.base_url}/", f"{self.base_url}?"))

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        """Ask for a record.

        Raises:
            ProviderError: it was not given.
        """
        return (await self.call("GET", path, query=query)).record()

    async def create(
        self,
        path: str,
        body: object,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Answer:
        """Ask once for work that may cost money.

        Raises:
            ProviderError: AMBIGUOUS where the work may have been accepted; else it was certainly not.
        """
        return await self.call("POST", path, body, headers=headers, query=query, is_create=True)

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        files: Mapping[str, Any] | None = None,
        data: Mapping[str, str] | None = None,
        fine: frozenset[int] = frozenset(),
        is_create: bool = False,
    ) -> Answer:
        """Send one request. ``path`` is below the base, or an address there; ``fine``: refusals to return.

        Raises:
            ProviderError: the service cannot be reached, refused, or answered what is no answer.
        """
        url = path if "://" in path else self.base_url + path
        if not self.owns(url):
            fault = ProviderFault(
                FaultKind.AMBIGUOUS if is_create else FaultKind.TRANSIENT,
                f"{self.name} points to an address that is not its own.",
            )
            raise ProviderError(fault)
        http = await self._http(is_create=is_create)
        request = http.build_request(
            method,
            url,
            headers=await self._all_headers(headers),
            params=query or None,
            files=files,
            data=data,
            json=body,
        )
        with _faults(self.name, self.base_url, is_create=is_create):
            answer = await _answer(http, request)
        if 200 <= answer.status < 300 or answer.status in fine:
            return answer
        raise ProviderError(self._refusal(answer, is_create=is_create))

    @asynccontextmanager
    async def stream(self, method: str, path: str, body: object) -> AsyncIterator[httpx.Response]:
        """Send one request, which may hold whole films, and read its long answer piece by piece.

        Raises:
            ProviderError: as ``call``.
        """
        http = await self._http(is_create=False)
        headers = await self._all_headers({"Content-Type": "application/json"})
        content = await asyncio.to_thread(lambda: json.dumps(body).encode())
        request = http.build_request(method, self.base_url + path, headers=headers, content=content)
        with _faults(self.name, self.base_url, is_create=False):
            response = await http.send(request, stream=True)
            try:
                if not 200 <= response.status_code < 300:
                    raise ProviderError(self._refusal(await _read(response), is_create=False))
                yield response
            finally:
                await response.aclose()

    async def aclose(self) -> None:
        for http in self._clients.values():
            await http.aclose()
        self._clients.clear()

    async def _http(self, *, is_create: bool) -> httpx.AsyncClient:
        """Give the client for a call. A create never takes a connection that was used before: that may have
        died unnoticed, and then nobody could tell whether the create arrived.
        """
        if self._tls is None:
            self._tls = await asyncio.to_thread(trust)
        if is_create not in self._clients:
            kept = 0 if is_create else KEPT_CONNECTIONS
            self._clients[is_create] = client(self._bench, self._tls, self._read_seconds, kept)
        return self._clients[is_create]

    async def _all_headers(self, extra: Mapping[str, str] | None) -> dict[str, str]:
        """Put together what goes with a call; the first time the keychain may take a while to open."""
        own = self._headers() if self._knows_key else await asyncio.to_thread(self._headers)
        self._knows_key = True
        return {"Accept": "application/json", "Accept-Encoding": "identity", **own, **(extra or {})}

    def _refusal(self, answer: Answer, *, is_create: bool) -> ProviderFault:
        usual = usual_fault(self.name, answer, self._bench.clock, is_create=is_create)
        fault = (None if usual.kind is FaultKind.AMBIGUOUS else self._explain(answer)) or usual
        if fault.kind is FaultKind.RATE_LIMITED and fault.retry_after_seconds is None:
            fault = replace(fault, retry_after_seconds=retry_after_seconds(answer, self._bench.clock))
        redact = self._bench.secrets.redactor
        return replace(fault, message=redact(fault.message), hint=redact(fault.hint))


@contextmanager
def _faults(name: str, where: str, *, is_create: bool) -> Iterator[None]:
    """Turn what the transport raises into a fault: OFFLINE if nothing was sent, else a create is in doubt."""
    import httpx

    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
        message = f"{name} cannot be reached at {where}."
        hint = "Check the connection, and the address in the settings."
        raise ProviderError(ProviderFault(FaultKind.OFFLINE, message, hint)) from error
    except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        raise ProviderError(ProviderFault(FaultKind.SETUP, f"{where!r} is no address of {name}.")) from error
    except httpx.HTTPError as error:
        kind = FaultKind.AMBIGUOUS if is_create else FaultKind.TRANSIENT
        message = f"{name} did not answer: {str(error) or type(error).__name__}."
        raise ProviderError(ProviderFault(kind, message)) from error


def trust() -> ssl.SSLContext:
    """Load whom to trust on the internet, and httpx itself: 0.4 s of work, done once and on a thread."""
    import anyio._backends._asyncio  # noqa: F401 - httpx would load these three on the loop, and hold it
    import h11  # noqa: F401
    import httpcore  # noqa: F401
    import httpx

    return httpx.create_ssl_context()


def client(
    bench: Workbench,
    tls: ssl.SSLContext,
    read_seconds: float = READ_SECONDS,
    kept_connections: int = KEPT_CONNECTIONS,
) -> httpx.AsyncClient:
    """Make a client that follows no redirects and takes no proxy or password from the environment."""
    import httpx

    limits = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS, read=read_seconds, write=WRITE_SECONDS)
    return httpx.AsyncClient(
        timeout=limits,
        follow_redirects=False,
        trust_env=False,
        verify=tls,
        proxy=bench.settings.proxy or None,
        headers={"User-Agent": "clappper"},
        limits=httpx.Limits(max_connections=64, max_keepalive_connections=kept_connections),
    )


async def send_without_key(bench: Workbench, name: str, method: str, url: str, **parts: Any) -> None:
    """Send a file to an upload address that a service handed out; it travels encrypted or stays here.

    Raises:
        ProviderError: TRANSIENT or INVALID, it was not taken; MODEL, the address is not one to send files to.
    """
    gate = Gate(bench.settings.own_origins, bench.resolver, through_proxy=bool(bench.settings.proxy))
    await gate.admit(url, ANY_HOST)
    async with client(bench, await asyncio.to_thread(trust)) as http:
        with _faults(name, origin_of(url), is_create=False):
            response = await http.request(method, url, **parts)
    if response.status_code >= 300:
        kind = FaultKind.TRANSIENT if response.status_code >= 500 else FaultKind.INVALID
        raise ProviderError(
            ProviderFault(kind, f"{name} did not take an input file (answer {response.status_code}).")
        )


def bearer(bench: Workbench, key: KeyName, word: str = "Bearer") -> Headers:
    """Give the header that carries a service's key.

    Raises:
        ProviderError: AUTH, by the function given: there is no key.
    """

    def headers() -> Mapping[str, str]:
        secret = bench.secrets.get(key)
        if secret is None:
            raise ProviderError(no_key(key))
        return {"Authorization": f"{word} {secret.get_secret_value()}"}

    return headers


def no_key(key: KeyName) -> ProviderFault:
    """Say that a service's key is missing, and how to give it."""
    variable = key.variables[0] if key.variables else ""
    return ProviderFault(
        FaultKind.AUTH,
        f"There is no key for {key.service}.",
        f"Store it with: clappper keys set {key.service}, or set {variable}.",
    )


async def _answer(http: httpx.AsyncClient, request: httpx.Request) -> Answer:
    response = await http.send(request, stream=True)
    try:
        return await _read(response)
    finally:
        await response.aclose()


async def _read(response: httpx.Response) -> Answer:
    """Read an answer that is no longer than an answer may be.

    Raises:
        ProviderError: TRANSIENT, it is longer.
    """
    pieces, size = [], 0
    async for piece in response.aiter_bytes(1 << 16):
        size += len(piece)
        if size > LARGEST_ANSWER_BYTES:
            raise ProviderError(ProviderFault(FaultKind.TRANSIENT, "The service's answer has no end."))
        pieces.append(piece)
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status_code, headers, b"".join(pieces))
