"""Cosmos on loopback: a container in each of its dialects, and the hosted trial service."""

from __future__ import annotations

import asyncio
import base64
import uuid
from typing import Any, ClassVar

from aiohttp import web

from tests.simulators import footage
from tests.simulators.stage import DONE_SECONDS, Job, Simulator, SimulatorClock

GENERATOR = {
    "model_mode",
    "prompt",
    "negative_prompt",
    "input_reference",
    "seed",
    "guidance_scale",
    "num_inference_steps",
    "flow_shift",
    "resolution",
    "num_frames",
    "fps",
    "condition_frame_indexes_vision",
    "condition_video_keep",
    "transfer",
    "control_guidance",
}
PREDICT = {
    "prompt",
    "negative_prompt",
    "image",
    "video",
    "seed",
    "guidance_scale",
    "steps",
    "resolution",
    "num_output_frames",
    "fps",
}
CONTROLS = ("edge", "depth", "vis", "seg")
TRANSFER = {"video", "prompt", "seed", "guidance", "num_steps", "num_conditional_frames", *CONTROLS}
FAILURES = {
    "policy": (422, "The prompt was blocked by the guardrail."),
    "crash": (500, "worker died"),
    "broken": (500, "something"),
    "memory": (500, "CUDA out of memory"),
}


class CosmosSimulator(Simulator):
    """A container that speaks ``dialect``. It works in silence; ``is_loading``: not ready yet."""

    failures: ClassVar[frozenset[str]] = frozenset(FAILURES)
    dialect = "generator"

    def __init__(self, clock: SimulatorClock | None = None) -> None:
        super().__init__(clock)
        self.is_loading = False
        self.hung_up = 0
        self.at_once = 0
        self.most_at_once = 0

    def admits(self, request: web.Request) -> bool:
        del request
        return True

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/v1/health/ready", self._ready),
            web.get("/v1/metadata", self._metadata),
            web.get("/openapi.json", self._openapi),
            web.post("/v1/infer", self._infer),
        ]

    async def _ready(self, _request: web.Request) -> web.Response:
        if self.is_loading:
            return self.refusal(503)
        return web.json_response({"object": "health.response", "status": "ready"})

    async def _metadata(self, _request: web.Request) -> web.Response:
        names = {
            "generator": "cosmos3-generator",
            "predict": "cosmos-predict2.5",
            "transfer": "cosmos-transfer2.5",
        }
        return web.json_response({"model_variant": names.get(self.dialect, "unknown")})

    async def _openapi(self, _request: web.Request) -> web.Response:
        return web.json_response(
            {"components": {"schemas": {"In": {"properties": {"num_output_frames": {}}}}}}
        )

    async def _infer(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.bodies.append(body)
        if fault := self._fault_in(body):
            return web.json_response(
                {"detail": [{"loc": ["body"], "msg": fault, "type": "value_error"}]}, status=422
            )
        job = self.accept(str(body.get("prompt", "")), body)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            while self.clock.elapsed < job.made + DONE_SECONDS:  # noqa: ASYNC110 - the clock rings no bell
                await asyncio.sleep(0.005)
        except asyncio.CancelledError:
            self.hung_up += 1
            raise
        finally:
            self.at_once -= 1
        return self._answer(job)

    def _answer(self, job: Job) -> web.Response:
        if job.outcome in FAILURES:
            status, message = FAILURES[job.outcome]
            error = {"message": message, "type": "error", "code": status}
            return web.json_response({"error": error}, status=status)
        if job.request.get("model_mode") == "text2image":
            return web.json_response({"b64_image": base64.b64encode(footage.jpeg()).decode()})
        film = base64.b64encode(footage.clip("libvpx-vp9")).decode().replace("/", "\\/")
        return web.Response(
            text=f'{{"seed": 7, "b64_video": "{film}", "action": null}}', content_type="application/json"
        )

    def _fault_in(self, body: dict[str, Any]) -> str:
        known = {"generator": GENERATOR, "predict": PREDICT, "transfer": TRANSFER}.get(self.dialect, PREDICT)
        if unknown := set(body) - known:
            return f"extra fields not permitted: {unknown}"
        if None in body.values():
            return "none is not an allowed value"
        return {"generator": _generator, "transfer": _transfer}.get(self.dialect, _predict)(body)


class PredictSimulator(CosmosSimulator):
    """The older container for words and pictures."""

    dialect = "predict"


class TransferSimulator(CosmosSimulator):
    """The older container for controls."""

    dialect = "transfer"


COSMOS: dict[str, type[CosmosSimulator]] = {
    "generator": CosmosSimulator,
    "predict": PredictSimulator,
    "transfer": TransferSimulator,
}


def _generator(body: dict[str, Any]) -> str:
    frames = body.get("num_frames", 189)
    if frames % 4 != 1 or not 25 <= frames <= 397:
        return "num_frames must be 4k+1 from 25 to 397"
    if (
        body["model_mode"] != "text2image"
        and body["model_mode"] != "text2video"
        and "input_reference" not in body
    ):
        return "input_reference is missing"
    for name, control in body.get("transfer", {}).items():
        if name in {"depth", "seg"} and not str(control.get("video", "")).startswith("data:"):
            return f"{name} must be computed before"
    return ""


def _predict(body: dict[str, Any]) -> str:
    return "" if body.get("resolution", "").count("_") == 2 else "resolution is not one of the tiers"


def _transfer(body: dict[str, Any]) -> str:
    if not any(name in body for name in CONTROLS):
        return "at least one control is needed"
    return "" if str(body.get("video", "")).startswith("data:video/") else "video is missing"


class CosmosHostedSimulator(Simulator):
    """The trial service: a slow call is answered with an id to ask with."""

    key: ClassVar[str] = "nvapi-" + "0" * 40
    failures: ClassVar[frozenset[str]] = frozenset()

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/v1/cosmos/nvidia/{model}", self._create), web.get("/status/{id}", self._status)]

    async def _create(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.bodies.append(body)
        if set(body) - PREDICT:
            return self.refusal(422)
        job = self.accept(str(body.get("prompt", "")), body, str(uuid.uuid4()))
        return web.Response(status=202, headers={"NVCF-REQID": job.id})

    async def _status(self, request: web.Request) -> web.Response:
        job = self.jobs.get(request.match_info["id"])
        if job is None:
            return self.refusal(404)
        if self.frozen or self.phase(job) != "done":
            return web.Response(status=202, headers={"NVCF-REQID": job.id})
        return web.json_response({"b64_video": base64.b64encode(footage.clip()).decode()})
