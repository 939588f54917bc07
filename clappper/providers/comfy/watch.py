"""What a ComfyUI server tells over its socket while it works: steps, and now and then a picture.

It is only for show. The truth is asked for over HTTP; without a socket everything works, but silently.
"""

from __future__ import annotations

import asyncio
import json
import logging
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from clappper.base.clock import Clock

log = logging.getLogger(__name__)

AGAIN_SECONDS = 10.0
OPEN_SECONDS = 5.0
LARGEST_FRAME_BYTES = 32 << 20
PREVIEW_EVENT = 1
SUFFIXES = {1: ".jpg", 2: ".png"}
SAMPLER_WEIGHT = 20
"""Drawing takes so much longer than the other steps of a workflow."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How far a job is. ``done`` are finished nodes, ``part`` is how much of the present one is done."""

    nodes: Mapping[str, int] = field(default_factory=dict)
    done: frozenset[str] = frozenset()
    now: str = ""
    part: float = 0.0
    preview: str = ""

    @property
    def fraction(self) -> float | None:
        """Say how much of all the work is done; None before anything is known."""
        whole = sum(self.nodes.values())
        if not whole or not (self.now or self.done):
            return None
        finished = sum(self.nodes.get(node, 0) for node in self.done)
        present = 0 if self.now in self.done else self.nodes.get(self.now, 0) * self.part
        return min((finished + present) / whole, 1.0)


class Watch:
    """Listens to one server for jobs that it was told of. Opens a lost socket again, but not all the time."""

    def __init__(self, base_url: str, client_id: str, scratch: Path, clock: Clock) -> None:
        parts = urlsplit(base_url)
        scheme = "wss" if parts.scheme == "https" else "ws"
        self._address = f"{scheme}://{parts.netloc}{parts.path}/ws?clientId={client_id}"
        self._scratch = scratch
        self._clock = clock
        self._jobs: dict[str, Seen] = {}
        self._current = ""
        self._task: asyncio.Task[None] | None = None
        self._tried_at = float("-inf")

    def begin(self, prompt_id: str, graph: Mapping[str, Mapping[str, Any]]) -> None:
        """Follow a job from now on."""
        weights = {
            name: SAMPLER_WEIGHT if "Sampler" in str(node.get("class_type")) else 1
            for name, node in graph.items()
        }
        self._jobs[prompt_id] = Seen(weights)

    def seen(self, prompt_id: str) -> Seen:
        """Say what was heard of a job last; listens, if it does not yet."""
        self._listen()
        return self._jobs.get(prompt_id, Seen())

    def forget(self, prompt_id: str) -> None:
        self._jobs.pop(prompt_id, None)

    async def aclose(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    def _listen(self) -> None:
        is_idle = self._task is None or self._task.done()
        if is_idle and self._clock.monotonic() - self._tried_at >= AGAIN_SECONDS:
            self._tried_at = self._clock.monotonic()
            self._task = asyncio.ensure_future(self._run())

    async def _run(self) -> None:
        from websockets.asyncio.client import connect
        from websockets.exceptions import WebSocketException

        try:
            async with connect(
                self._address, proxy=None, open_timeout=OPEN_SECONDS, max_size=LARGEST_FRAME_BYTES
            ) as socket:
                async for message in socket:
                    await self._hear(message)
        except (OSError, TimeoutError, WebSocketException) as error:
            log.info("ComfyUI tells no progress: %s", error)

    async def _hear(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            await self._keep_picture(message)
            return
        try:
            told = json.loads(message)
            kind, data = str(told["type"]), told["data"]
        except (ValueError, KeyError, TypeError):
            return
        prompt_id = str(data.get("prompt_id", "")) if isinstance(data, dict) else ""
        if prompt_id in self._jobs:
            self._current = prompt_id
            self._jobs[prompt_id] = heard(self._jobs[prompt_id], kind, data)

    async def _keep_picture(self, message: bytes) -> None:
        """Keep a picture of the work in progress; it belongs to the job that was spoken of last."""
        if len(message) < 9 or self._current not in self._jobs:
            return
        event, form = struct.unpack(">II", message[:8])
        if event != PREVIEW_EVENT or form not in SUFFIXES:
            return
        path = self._scratch / f"preview-{self._current}{SUFFIXES[form]}"
        await asyncio.to_thread(_write, path, message[8:])
        self._jobs[self._current] = replace(self._jobs[self._current], preview=str(path))


def heard(seen: Seen, kind: str, data: Mapping[str, Any]) -> Seen:
    """Take in one message about a job."""
    match kind:
        case "execution_cached":
            seen = replace(seen, done=seen.done | set(map(str, data.get("nodes") or ())))
        case "executing" if data.get("node"):
            finished = seen.done | ({seen.now} if seen.now else set())
            seen = replace(seen, done=frozenset(finished), now=str(data["node"]), part=0.0)
        case "progress" if data.get("max"):
            seen = replace(seen, part=float(data.get("value", 0)) / float(data["max"]))
        case "progress_state":
            seen = _states(seen, data.get("nodes") or {})
        case "executed" if data.get("node"):
            seen = replace(seen, done=seen.done | {str(data["node"])})
        case "execution_success":
            seen = replace(seen, done=frozenset(seen.nodes))
    return seen


def _states(seen: Seen, nodes: Mapping[str, Mapping[str, Any]]) -> Seen:
    done = {name for name, node in nodes.items() if node.get("state") == "finished"}
    running = [(name, node) for name, node in nodes.items() if node.get("state") == "running"]
    if not running:
        return replace(seen, done=seen.done | done)
    name, node = running[-1]
    part = float(node.get("value", 0)) / float(node.get("max") or 1)
    return replace(seen, done=seen.done | done, now=name, part=min(part, 1.0))


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    part.replace(path)
