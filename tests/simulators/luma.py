"""Both of Luma's APIs on loopback. Addresses of results are signed anew at each look and hold for an hour."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any, ClassVar

from aiohttp import web

from tests.simulators.fields import complaints, schemas
from tests.simulators.stage import Job, Simulator, SimulatorClock

FAILURES = {
    "policy": ("content_moderated", "The prompt was moderated."),
    "crash": ("generation_failed", "An internal error: try again."),
    "broken": ("generation_failed", "It broke."),
}
ONE_OF = ("url", "data", "generation_id", "file_id")


class LumaSimulator(Simulator):
    """The present API. Whatever would cancel or delete a generation is a mistake."""

    key: ClassVar[str] = "luma-api-" + "0" * 32

    def __init__(self, clock: SimulatorClock | None = None) -> None:
        super().__init__(clock)
        self.models = schemas("luma")
        self.ready: set[str] = set()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/v1/generations", self._create),
            web.get("/v1/generations/{id}", self._get),
            web.post("/v1/files", self._open_upload),
            web.get("/v1/files", self._list_files),
            web.post("/v1/files/{id}/complete", self._complete),
            web.route("DELETE", "/v1/generations/{id}", self._never),
        ]

    async def _never(self, request: web.Request) -> web.Response:
        self.mistakes.append(f"{request.method} {request.path}")
        return self.refusal(404)

    async def _create(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.bodies.append(body)
        if fault := self._fault_in(body):
            return web.json_response({"detail": fault}, status=422)
        job = self.accept(str(body.get("prompt", "")), body, str(uuid.uuid4()))
        return web.json_response(self._told(job), status=201)

    def _fault_in(self, body: dict[str, Any]) -> str:
        video = body.get("video") or {}
        name = {"video_edit": "ray-3.2/edit", "image": "uni-1"}.get(body.get("type", ""), "ray-3.2")
        if "keyframes" in video:
            name = "ray-3.2/keyframes"
        faults = list(complaints(self.models[name], body))
        if faults:
            return f"invalid_request: {faults}"
        if video.get("loop") and video.get("duration") == "10s":
            return "invalid_request: loop does not work with 10s"
        if len(video.get("keyframes", ())) != len(video.get("keyframe_indexes", ())):
            return "invalid_request: keyframes and keyframe_indexes differ in length"
        last = 240 if video.get("duration") == "10s" else 120
        if any(not 0 <= index <= last for index in video.get("keyframe_indexes", ())):
            return "invalid_request: a keyframe lies outside of the clip"
        pictures = [video.get("start_frame"), body.get("source"), *video.get("keyframes", ())]
        return next((fault for one in pictures if one is not None and (fault := self._reference(one))), "")

    def _reference(self, one: dict[str, Any]) -> str:
        if sum(key in one for key in ONE_OF) != 1:
            return "invalid_request: exactly one of url, data, generation_id, file_id"
        return "" if one.get("file_id") in self.ready else "invalid_request: no such file"

    async def _get(self, request: web.Request) -> web.Response:
        job = self.jobs.get(request.match_info["id"])
        return web.json_response(self._told(job)) if job else self.refusal(404)

    async def _list_files(self, _request: web.Request) -> web.Response:
        return web.json_response({"files": [], "next_cursor": None})

    async def _open_upload(self, request: web.Request) -> web.Response:
        body = await request.json()
        if set(body) - {"mime_type", "size_bytes", "purpose", "filename", "expires_at"}:
            return self.refusal(422)
        name = self.new_id()
        upload = {
            "url": f"{self.cdn}/{name}",
            "method": "PUT",
            "headers": {"Content-Type": body["mime_type"], "x-signed": "yes"},
            "expires_at": "2026-12-01T00:00:00Z",
        }
        return web.json_response(
            {"id": name, "file": {"id": name}, "state": "pending", "upload": upload}, status=201
        )

    async def stored(self, request: web.Request, name: str) -> web.Response:
        if request.headers.get("x-signed") != "yes":
            return web.Response(status=403)
        return await super().stored(request, name)

    async def _complete(self, request: web.Request) -> web.Response:
        name = request.match_info["id"]
        if name not in self.files:
            return self.refusal(400)
        self.ready.add(name)
        return web.json_response({"id": name, "state": "ready"})

    def _told(self, job: Job) -> dict[str, Any]:
        state = (
            self.frozen
            or {
                "queued": "queued",
                "running": "processing",
                "done": "completed",
                "failed": "failed",
            }[self.phase(job)]
        )
        made = self.clock.now() + timedelta(seconds=job.made - self.clock.elapsed)
        told: dict[str, Any] = {
            "id": job.id,
            "type": job.request["type"],
            "model": job.request["model"],
            "state": state,
            "created_at": made.isoformat(),
            "output": [],
            "failure_reason": None,
            "failure_code": None,
        }
        if state == "completed":
            kind = "picture" if job.request["type"] == "image" else "video"
            name = f"{job.id}.{'png' if kind == 'picture' else 'mp4'}"
            told["output"] = [
                {"type": kind, "url": f"{self.publish(name, kind)}?signed={self.clock.elapsed}"}
            ]
        if state == "failed":
            told["failure_code"], told["failure_reason"] = FAILURES[job.outcome]
        return told


class DreamMachineSimulator(Simulator):
    """The older API. Its list comes newest first."""

    key: ClassVar[str] = "luma-" + "1" * 32

    def __init__(self, clock: SimulatorClock | None = None) -> None:
        super().__init__(clock)
        self.models = schemas("luma_dream_machine")

    def routes(self) -> list[web.RouteDef]:
        base = "/dream-machine/v1"
        return [
            web.post(f"{base}/generations/video", self._create),
            web.get(f"{base}/generations", self._list),
            web.get(f"{base}/generations/{{id}}", self._get),
            web.get(f"{base}/credits", self._credits),
            web.get(f"{base}/ping", self._ping),
        ]

    async def _ping(self, _request: web.Request) -> web.Response:
        return web.json_response({"message": "pong"})

    async def _credits(self, _request: web.Request) -> web.Response:
        return web.json_response({"credit_balance": 1234.0})

    async def _create(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.bodies.append(body)
        schema = self.models.get(str(body.get("model")))
        if schema is None or list(complaints(schema, body)):
            return self.refusal(422)
        job = self.accept(str(body.get("prompt", "")), body, str(uuid.uuid4()))
        return web.json_response(self._told(job), status=201)

    async def _list(self, request: web.Request) -> web.Response:
        start = int(request.query.get("offset", 0))
        page = [*reversed(self.jobs.values())][start : start + int(request.query.get("limit", 10))]
        told = [self._told(job) for job in page]
        return web.json_response({"has_more": False, "count": len(told), "generations": told})

    async def _get(self, request: web.Request) -> web.Response:
        job = self.jobs.get(request.match_info["id"])
        return web.json_response(self._told(job)) if job else self.refusal(404)

    def _told(self, job: Job) -> dict[str, Any]:
        state = (
            self.frozen
            or {
                "queued": "queued",
                "running": "dreaming",
                "done": "completed",
                "failed": "failed",
            }[self.phase(job)]
        )
        made = self.clock.now() + timedelta(seconds=job.made - self.clock.elapsed)
        request = {name: value for name, value in job.request.items() if name != "model"}
        told: dict[str, Any] = {
            "id": job.id,
            "generation_type": "video",
            "state": state,
            "failure_reason": FAILURES[job.outcome][1] if state == "failed" else None,
            "created_at": made.isoformat(),
            "model": job.request["model"],
            "request": request,
            "assets": None,
        }
        if state == "completed":
            told["assets"] = {"video": self.publish(f"{job.id}.mp4")}
        if state == "failed" and job.outcome == "policy":
            told["failure_reason"] = "Blocked by moderation."
        return told
