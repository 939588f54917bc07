"""The door at which services say that a clip is done, where a person has a tunnel that leads to it.

It listens on loopback only. What cannot be from its service changes nothing; the rest makes the queue look.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from clappper.base.errors import ClappperError
from clappper.flow.project.session import Session
from clappper.jobs.webhooks import (
    LARGEST_BYTES,
    Doorbell,
    FalSignatures,
    ForgedWebhookError,
    Signatures,
    StandardSignatures,
)
from clappper.providers.contract import CallsBack

log = logging.getLogger(__name__)

LOOPBACK = "127.0.0.1"
PATIENCE_SECONDS = 15.0
"""How long a service waits for an answer."""
KEYS_SECONDS = 300.0
"""Keys that are older are asked for again when a message does not fit them."""
SIGNED: Mapping[str, Callable[[Sequence[str]], Signatures]] = {
    "replicate": StandardSignatures,
    "fal": FalSignatures,
}
"""How the services sign that call back."""


class WebhookDoor:
    """One doorbell a service, hung up when its first message comes: its keys are asked for only then."""

    def __init__(self, session: Session, _models: Path) -> None:
        self._session = session
        self._bells: dict[str, Doorbell] = {}
        self._asked: dict[str, float] = {}
        self._server: _Server | None = None

    def start(self) -> None:
        settings = self._session.shop.settings
        if not settings.webhook_url:
            return
        try:
            self._server = _Server((LOOPBACK, settings.webhook_port), self, asyncio.get_running_loop())
        except OSError as error:
            log.warning("nobody can call back at port %d: %s", settings.webhook_port, error.strerror)
            return
        threading.Thread(target=self._server.serve_forever, name="webhooks", daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    @property
    def address(self) -> str:
        """Say where it listens; nothing where it does not."""
        return f"http://{LOOPBACK}:{self._server.server_port}" if self._server else ""

    async def ring(self, name: str, headers: Mapping[str, str], body: bytes) -> None:
        """Take a message to the service ``name``.

        Raises:
            ForgedWebhookError: it is not from there.
            ClappperError: there is no such service, or it does not say how it signs.
        """
        clock = self._session.queue.clock
        if name not in self._bells:
            self._bells[name] = Doorbell(name, await self._signatures(name), self._session.hub, clock)
        try:
            self._bells[name].ring(headers, body)
        except ForgedWebhookError:
            if clock.monotonic() - self._asked[name] < KEYS_SECONDS:
                raise
            self._bells[name].trust(await self._signatures(name))
            self._bells[name].ring(headers, body)

    async def _signatures(self, name: str) -> Signatures:
        provider = self._session.registry.get(name)
        if name not in SIGNED or not isinstance(provider, CallsBack):
            raise ClappperError(f"{name} calls nobody back.")
        self._asked[name] = self._session.queue.clock.monotonic()
        return SIGNED[name](await provider.webhook_keys())


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], door: WebhookDoor, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(address, _Handler)
        self.door, self.loop = door, loop


class _Handler(BaseHTTPRequestHandler):
    """One message, answered with a status alone."""

    server: _Server
    timeout = PATIENCE_SECONDS
    server_version, sys_version = "Clappper", ""

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit() and int(length) <= LARGEST_BYTES):
            self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        body = self.rfile.read(int(length))
        door, name = self.server.door, self.path.strip("/").rpartition("/")[2]
        rung = asyncio.run_coroutine_threadsafe(door.ring(name, dict(self.headers), body), self.server.loop)
        try:
            rung.result(PATIENCE_SECONDS)
        except ForgedWebhookError as error:
            log.warning("a message to %s was refused: %s", name, error.message)
            self._answer(HTTPStatus.UNAUTHORIZED)
        except ClappperError as error:
            log.warning("a message to %s was of no use: %s", name, error.message)
            self._answer(HTTPStatus.NOT_FOUND)
        except TimeoutError:
            rung.cancel()
            self._answer(HTTPStatus.SERVICE_UNAVAILABLE)
        else:
            self._answer(HTTPStatus.OK)

    def _answer(self, status: HTTPStatus) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def log_message(self, text: str, *values: object) -> None:
        log.info(text, *values)
