"""Predictions over HTTP for other programs on this machine: ``POST /predict``, ``GET /health``.

``GET /openapi.json`` describes both.

Listens on loopback only, and answers only those who know the token. It spends nothing and keeps nothing.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import math
import secrets
import threading
import time
from collections import deque
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.brief.schema import load_brief
from clappper.flow.learning.predict import predict_brief
from clappper.flow.learning.service_page import described
from clappper.flow.predictor import load_predictor_of, stamp_of
from clappper.providers.workbench import EMBEDDED, Workbench

if TYPE_CHECKING:
    from clappper.flow.briefing.forecast import Forecast
    from clappper.review.prediction import Prediction
    from clappper.review.predictor import Predictor

log = logging.getLogger(__name__)

LOOPBACK = "127.0.0.1"
LARGEST_BYTES = 1_000_000
PATIENCE_SECONDS = 10.0
"""How long a client may take to send what it announced."""
PROMPT_FIELDS = frozenset({"prompt", "provider"})
LONGEST_PROMPT = 4000
MOST_A_MINUTE = 600
"""Requests; far more than a person's program needs, and few enough to leave the machine to the editor."""
WARM_UP = "a red boat crosses a calm lake at dawn"
ROUTES = {"/predict": "POST", "/health": "GET", "/openapi.json": "GET"}


class RefusedError(ClappperError):
    """A request that is not answered, with its status."""

    def __init__(
        self,
        status: HTTPStatus,
        message: str,
        hint: str = "",
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        super().__init__(message, hint)
        self.status, self.headers = status, headers


class PredictService:
    """A server in a thread of its own, one prediction at a time. ``token`` must come with every request."""

    def __init__(
        self,
        models: Path,
        bench: Workbench = EMBEDDED,
        *,
        port: int = 0,
        token: str = "",
        most_a_minute: int = MOST_A_MINUTE,
    ) -> None:
        """Take a port of this machine, any free one for 0; a token is made up when none is given.

        Raises:
            UnusableInputError: the port is taken.
        """
        self.token = token or secrets.token_urlsafe(24)
        self._models, self._bench = models, bench
        self._turn, self._counting = threading.Lock(), threading.Lock()
        self._most_a_minute = most_a_minute
        self._asked: deque[float] = deque()
        self._loaded: tuple[tuple[int, ...], Predictor] | None = None
        try:
            self._server = _Server((LOOPBACK, port), self)
        except (OSError, OverflowError) as error:
            raise UnusableInputError(
                f"Port {port} of this machine cannot be used: {error}.",
                "Choose another with --port.",
            ) from error
        self._thread = threading.Thread(target=self._server.serve_forever, name="predict", daemon=True)
        self._warming = threading.Thread(target=self._warm_up, name="predict warm-up", daemon=True)

    @property
    def address(self) -> str:
        """Give where it listens, such as http://127.0.0.1:8765."""
        return f"http://{LOOPBACK}:{self._server.server_port}"

    def start(self) -> None:
        """Listen, and load the predictor meanwhile, so that the first answer waits for little."""
        self._thread.start()
        self._warming.start()

    def wait(self) -> None:
        """Return when it was stopped from elsewhere."""
        self._thread.join()

    def stop(self) -> None:
        """Stop listening; a prediction under way is finished first."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._warming.join()

    def health(self) -> dict[str, Any]:
        """Say that it lives, and which predictor speaks."""
        with self._turn:
            predictor = self._predictor()
        return {"ok": True, "model_version": predictor.version, "labels": predictor.labels}

    def predict(self, page: object) -> dict[str, Any]:
        """Answer about a brief, or about ``prompt`` with ``provider``.

        Raises:
            UnusableInputError: it is neither.
            ClappperError: the brief cannot be planned.
        """
        if not isinstance(page, Mapping):
            raise UnusableInputError("Send a JSON object: a brief, or one with a prompt and a provider.")
        with self._turn:
            if "prompt" in page:
                prompt, provider = _wanted(page)
                return {"ok": True, "prompt": prompt, "provider": provider} | told(
                    self._predictor().predict(prompt, provider)
                )
            brief = load_brief(page)
            return of_brief(asyncio.run(predict_brief(brief, self._predictor().foretell, self._bench)))

    def count_in(self) -> None:
        """Count a request.

        Raises:
            RefusedError: there were too many in the last minute.
        """
        now = time.monotonic()
        with self._counting:
            while self._asked and self._asked[0] <= now - 60:
                self._asked.popleft()
            if len(self._asked) >= self._most_a_minute:
                wait = math.ceil(self._asked[0] + 60 - now)
                raise RefusedError(
                    HTTPStatus.TOO_MANY_REQUESTS,
                    f"There were more than {self._most_a_minute} requests within a minute.",
                    f"Ask again in {wait} s.",
                    {"Retry-After": str(wait)},
                )
            self._asked.append(now)

    def _warm_up(self) -> None:
        try:
            with self._turn:
                self._predictor().predict(WARM_UP, "")
        except ClappperError as error:
            log.warning("the predictor cannot be loaded: %s", error.message)

    def _predictor(self) -> Predictor:
        """Load the best predictor there is; again only when another was learned."""
        newest = stamp_of(self._models)
        if self._loaded is None or self._loaded[0] != newest:
            self._loaded = (newest, load_predictor_of(self._models))
        return self._loaded[1]


def _wanted(page: Mapping[str, Any]) -> tuple[str, str]:
    unknown = sorted(set(map(str, page)) - PROMPT_FIELDS)
    if unknown:
        raise UnusableInputError(f"Beside a prompt there is only a provider, not {', '.join(unknown)}.")
    prompt, provider = page["prompt"], page.get("provider", "")
    if not isinstance(prompt, str) or not isinstance(provider, str):
        raise UnusableInputError("The prompt and the provider must be texts.")
    if not prompt.strip() or len(prompt) > LONGEST_PROMPT:
        raise UnusableInputError(f"A prompt has from 1 to {LONGEST_PROMPT} characters.")
    return prompt.strip(), provider


def told(found: Prediction) -> dict[str, Any]:
    """Write a prediction down; ``success_prob`` null comes with why the predictor abstains."""
    return {
        "success_prob": found.chance,
        "interval": None if found.low is None else [found.low, found.high],
        "quality": found.quality,
        "known": found.known,
        "reasons": [{"text": one.text, "effect": one.effect} for one in found.reasons],
        "model_version": found.version,
        "abstained": found.abstained,
    }


def of_brief(found: Forecast) -> dict[str, Any]:
    """Write a whole ad's forecast down: the ad, then each of its shots."""
    return {
        "ok": True,
        "name": found.name,
        "success_prob": found.chance,
        "interval": None if found.low is None else [found.low, found.high],
        "is_prior": found.is_prior,
        "labels": found.labels,
        "shots": [
            {
                "shot_id": shot.shot_id,
                "prompt": shot.prompt,
                "provider": shot.provider,
                "model": shot.model,
                "generative": shot.generative,
                "note": shot.note,
            }
            | told(shot.prediction)
            for shot in found.shots
        ],
    }


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], service: PredictService) -> None:
        super().__init__(address, _Handler)
        self.service = service


class _Handler(BaseHTTPRequestHandler):
    """One connection. Whatever is wrong with a request is answered with one sentence."""

    server: _Server
    timeout = PATIENCE_SECONDS
    server_version, sys_version = "Clappper", ""

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Say also in JSON what the library refuses by itself, such as a line that is no HTTP."""
        del explain
        error = ClappperError(f"{message or HTTPStatus(code).phrase}.", "Send an HTTP/1.1 request.")
        self._send(HTTPStatus(code), _said(error), {})

    def _answer(self) -> None:
        headers: Mapping[str, str] = {}
        try:
            self._check_caller()
            self.server.service.count_in()
            status, page = HTTPStatus.OK, self._answered()
        except RefusedError as error:
            status, page, headers = error.status, _said(error), error.headers
        except UnusableInputError as error:
            status, page = HTTPStatus.UNPROCESSABLE_ENTITY, _said(error)
        except ClappperError as error:
            status, page = HTTPStatus.CONFLICT, _said(error)
        except Exception:
            log.exception("a prediction failed")
            status = HTTPStatus.INTERNAL_SERVER_ERROR
            page = {"ok": False, "error": "Something went wrong in Clappper.", "hint": "See its log."}
        self._send(status, page, headers)

    def _answered(self) -> dict[str, Any]:
        path = self.path.partition("?")[0]
        method = ROUTES.get(path)
        if method is None:
            known = ", ".join(f"{method} {path}" for path, method in ROUTES.items())
            raise RefusedError(HTTPStatus.NOT_FOUND, f"There is only {known}.")
        if self.command != method:
            raise RefusedError(
                HTTPStatus.METHOD_NOT_ALLOWED, f"{path} is asked by {method} only.", headers={"Allow": method}
            )
        if path == "/predict":
            return self.server.service.predict(self._body())
        return self.server.service.health() if path == "/health" else described()

    def _check_caller(self) -> None:
        """Refuse pages of browsers that were lured here by a foreign name, and those without the token."""
        host = self.headers.get("Host", "").partition(":")[0]
        if host not in {LOOPBACK, "localhost"} or "Origin" in self.headers:
            raise RefusedError(HTTPStatus.FORBIDDEN, "This service answers programs on this machine only.")
        scheme, _, given = self.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(
            given.encode(), self.server.service.token.encode()
        ):
            raise RefusedError(
                HTTPStatus.UNAUTHORIZED,
                "The token is missing or wrong.",
                "Send it as Authorization: Bearer TOKEN.",
            )

    def _body(self) -> object:
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            raise RefusedError(HTTPStatus.LENGTH_REQUIRED, "The request does not say how long it is.")
        if int(length) > LARGEST_BYTES:
            raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "A request has at most 1 MB.")
        try:
            return json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError) as error:
            raise RefusedError(HTTPStatus.BAD_REQUEST, f"This is no JSON: {error}.") from error

    def _send(self, status: HTTPStatus, page: Mapping[str, Any], headers: Mapping[str, str]) -> None:
        body = json.dumps(page, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        for name, text in headers.items():
            self.send_header(name, text)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.close_connection = True

    def log_message(self, text: str, *values: object) -> None:
        log.info(text, *values)


for _method in ("PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"):
    setattr(_Handler, f"do_{_method}", _Handler.do_GET)


def _said(error: ClappperError) -> dict[str, Any]:
    return {"ok": False, "error": error.message, "hint": error.hint}
