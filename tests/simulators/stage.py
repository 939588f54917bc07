"""What simulators of services stand on: two origins on loopback, a ledger, a clock of their own, and faults.

The first origin is the API and wants a key. The second one holds files, as a service's storage does, and
must never see a key. Faults are set up by tests: the next request to a path meets one.
"""

from __future__ import annotations

import asyncio
import gzip
import itertools
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, ClassVar, Self

from aiohttp import web

from clappper.base.clock import Clock
from tests.patience import PATIENCE_SECONDS
from tests.simulators import footage

WRONG_FILES: dict[str, tuple[int, dict[str, str], bytes]] = {
    "expired": (403, {}, b""),
    "html": (200, {"Content-Type": "video/mp4"}, b"<!doctype html><p>Not now</p>"),
    "empty": (200, {"Content-Type": "video/mp4"}, b""),
    "gzip": (200, {"Content-Encoding": "gzip"}, gzip.compress(b"\0" * (1 << 20))),
    "redirect to file": (302, {"Location": "file:///etc/passwd"}, b""),
    "redirect elsewhere": (302, {"Location": "https://elsewhere.example/a.mp4"}, b""),
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
QUEUED_SECONDS, DONE_SECONDS = 2.0, 6.0


class SimulatorClock(Clock):
    """Time that passes only when somebody lets it pass, or waits."""

    def __init__(self) -> None:
        self.elapsed = 0.0

    def now(self) -> datetime:
        return datetime(2026, 11, 30, 12, tzinfo=UTC) + timedelta(seconds=self.elapsed)

    def monotonic(self) -> float:
        return self.elapsed

    async def sleep(self, seconds: float) -> None:
        self.elapsed += seconds
        await asyncio.sleep(0)

    def advance(self, seconds: float) -> None:
        self.elapsed += seconds


@dataclass(frozen=True, slots=True)
class Fault:
    """What becomes of one request. ``after``: the service does its work first, and then fails to say so.

    ``status`` 0 drops the connection; ``hang`` leaves it open without an answer.
    """

    status: int = 500
    after: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    hang: bool = False


@dataclass(slots=True)
class Job:
    """One generation at the service. ``outcome`` is the word of the prompt in square brackets, if any."""

    id: str
    made: float
    request: dict[str, Any]
    outcome: str = ""
    cancelled_at: float | None = None
    extra: dict[str, Any] = field(default_factory=dict)


class Simulator:
    """One service. ``fail_next[method, path part]`` are faults to come; ``leaks`` are keys in wrong places.

    ``peers`` says for each request from which port it came. ``failures`` are the words in square brackets
    that make a job fail. ``billed`` counts what a bill would: every job that was accepted. ``frozen``
    overrides the state told.
    """

    key: ClassVar[str] = "test-key-of-nobody"
    retention_seconds: ClassVar[float] = 3600.0
    failures: ClassVar[frozenset[str]] = frozenset({"policy", "crash", "broken"})

    def __init__(self, clock: SimulatorClock | None = None) -> None:
        self.clock = clock or SimulatorClock()
        self.ledger: list[str] = []
        self.peers: list[tuple[str, int]] = []
        self.bodies: list[Any] = []
        self.jobs: dict[str, Job] = {}
        self.files: dict[str, bytes] = {}
        self.leaks: list[str] = []
        self.mistakes: list[str] = []
        self.billed = 0
        self.frozen = ""
        self.fail_next: dict[tuple[str, str], deque[Fault]] = defaultdict(deque)
        self.file_fault = ""
        self.ids = itertools.count(1)
        self.api = ""
        self.cdn = ""
        self._runners: list[web.AppRunner] = []

    def routes(self) -> list[web.RouteDef]:
        """List the API's paths and who answers them."""
        raise NotImplementedError

    def admits(self, request: web.Request) -> bool:
        """Tell whether a request carries the key as this service wants it."""
        return request.headers.get("Authorization") == f"Bearer {self.key}"

    def refusal(self, status: int) -> web.Response:
        """Answer with one of the service's usual errors."""
        return web.json_response({"detail": f"refused with {status}"}, status=status)

    async def __aenter__(self) -> Self:
        api = web.Application(middlewares=[self._guard], client_max_size=1 << 28)
        api.add_routes(self.routes())
        cdn = web.Application(client_max_size=1 << 28)
        cdn.add_routes([web.route("*", "/{name:.*}", self._storage)])
        self.api, self.cdn = await self._serve(api), await self._serve(cdn)
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        for runner in self._runners:
            await runner.cleanup()

    def fail(self, method: str, path: str, *faults: Fault) -> None:
        """Let the next requests to a path that contains ``path`` meet these faults, one each."""
        self.fail_next[method, path].extend(faults)

    def count(self, method: str, path: str = "") -> int:
        return sum(line.startswith(method) and path in line for line in self.ledger)

    def accept(self, prompt: str, request: dict[str, Any], remote_id: str = "", **extra: Any) -> Job:
        """Take a job, and put it on the bill."""
        outcome = prompt.partition("[")[2].partition("]")[0]
        job = Job(remote_id or self.new_id(), self.clock.elapsed, request, outcome, extra=extra)
        self.jobs[job.id] = job
        self.billed += 1
        return job

    def new_id(self) -> str:
        return f"job{next(self.ids):06d}x"

    def phase(self, job: Job) -> str:
        """Say where a job stands: queued, running, done, failed or cancelled."""
        if job.cancelled_at is not None:
            return "cancelled"
        age = self.clock.elapsed - job.made
        if age < QUEUED_SECONDS:
            return "queued"
        if age < DONE_SECONDS:
            return "running"
        return "failed" if job.outcome else "done"

    def fraction(self, job: Job) -> float:
        age = self.clock.elapsed - job.made - QUEUED_SECONDS
        return min(max(age / (DONE_SECONDS - QUEUED_SECONDS), 0.0), 1.0)

    def is_removed(self, job: Job) -> bool:
        return self.clock.elapsed - job.made > DONE_SECONDS + self.retention_seconds

    def publish(self, name: str, kind: str = "video") -> str:
        """Put a result into the storage and give its address."""
        self.files[name] = footage.of_kind(kind)
        return f"{self.cdn}/{name}"

    async def _serve(self, app: web.Application) -> str:
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
        await runner.setup()
        self._runners.append(runner)
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        return f"http://{host}:{port}"

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.ledger.append(f"{request.method} {request.path_qs}")
        peer = request.transport.get_extra_info("peername") if request.transport else None
        self.peers.append((self.ledger[-1], peer[1] if peer else 0))
        fault = self._fault(request)
        if fault and not fault.after:
            return await self._broken(request, fault)
        if not self.admits(request):
            return self.refusal(401)
        answer = await handler(request)
        return await self._broken(request, fault) if fault else answer

    def _fault(self, request: web.Request) -> Fault | None:
        for (method, path), faults in self.fail_next.items():
            if method == request.method and path in request.path and faults:
                return faults.popleft()
        return None

    async def _broken(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.hang:
            await asyncio.sleep(10 * PATIENCE_SECONDS)
        if not fault.status and request.transport is not None:
            request.transport.abort()
            return web.Response()
        if fault.body is not None:
            return web.json_response(fault.body, status=fault.status, headers=fault.headers)
        answer = self.refusal(fault.status)
        answer.headers.update(fault.headers)
        return answer

    async def _storage(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if request.headers.get("Authorization"):
            self.leaks.append(f"{request.method} {request.path_qs}")
            return web.Response(status=400)
        if request.method in {"PUT", "POST"}:
            return await self.stored(request, name)
        if name not in self.files:
            return web.Response(status=404)
        return await self._given(request, self.files[name])

    async def stored(self, request: web.Request, name: str) -> web.Response:
        """Take an uploaded file."""
        self.files[name] = await request.read()
        return web.Response(status=200)

    async def _given(self, request: web.Request, data: bytes) -> web.StreamResponse:
        """Give a file away, or do what ``file_fault`` says instead."""
        etag = '"v1"'
        if self.file_fault in WRONG_FILES:
            status, headers, body = WRONG_FILES[self.file_fault]
            return web.Response(status=status, headers=headers, body=body)
        if self.file_fault in {"truncated", "cut once"}:
            return await self._cut(request, data, etag)
        if start := _range_start(request, etag):
            headers = {"ETag": etag, "Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"}
            return web.Response(status=206, body=data[start:], headers=headers)
        return web.Response(body=data, headers={"ETag": etag, "Content-Type": "video/mp4"})

    async def _cut(self, request: web.Request, data: bytes, etag: str) -> web.StreamResponse:
        """Send the first half of what was announced, and hang up."""
        if self.file_fault == "cut once":
            self.file_fault = ""
        response = web.StreamResponse(headers={"ETag": etag, "Content-Length": str(len(data))})
        await response.prepare(request)
        await response.write(data[: len(data) // 2])
        if request.transport is not None:
            request.transport.close()
        return response


def _range_start(request: web.Request, etag: str) -> int:
    wanted = request.headers.get("Range", "")
    if not wanted or request.headers.get("If-Range") != etag:
        return 0
    return int(wanted.removeprefix("bytes=").partition("-")[0])
