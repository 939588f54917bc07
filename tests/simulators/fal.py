"""fal's queue on loopback, with its storage and its list of models on the same origin."""

from __future__ import annotations

import json
import uuid
from typing import Any, ClassVar

from aiohttp import web

from tests.simulators.fields import complaints, schemas
from tests.simulators.replicate import openapi_of
from tests.simulators.stage import Job, Simulator, SimulatorClock

FAILURES: dict[str, tuple[int, str, Any]] = {
    "policy": (
        422,
        "content_policy_violation",
        [{"loc": ["body", "prompt"], "msg": "flagged", "type": "content_policy_violation"}],
    ),
    "crash": (503, "downstream_service_unavailable", "the runner is gone"),
    "broken": (500, "model_error", "it broke"),
}


class FalSimulator(Simulator):
    """After a submit to ``owner/app/path`` the job lives below ``owner/app``, as at the real queue."""

    key: ClassVar[str] = "11111111-2222-3333-4444-555555555555:0123456789abcdef0123456789abcdef"

    def __init__(self, clock: SimulatorClock | None = None) -> None:
        super().__init__(clock)
        self.models = schemas("fal")
        self.retention = float("inf")

    def admits(self, request: web.Request) -> bool:
        return request.headers.get("Authorization") == f"Key {self.key}"

    def routes(self) -> list[web.RouteDef]:
        job = "/{owner}/{app}/requests/{id}"
        return [
            web.get("/models", self._models),
            web.get("/.well-known/jwks.json", self._keys),
            web.post("/storage/upload/initiate", self._open_upload),
            web.get(f"{job}/status", self._status),
            web.get(job, self._result),
            web.put(f"{job}/cancel", self._cancel),
            web.post("/{path:.+}", self._submit),
        ]

    async def _keys(self, _request: web.Request) -> web.Response:
        key = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
        return web.json_response({"keys": [key]})

    async def _models(self, request: web.Request) -> web.Response:
        path = request.query["endpoint_id"]
        document = {
            "paths": {
                f"/{path}": {
                    "post": {
                        "requestBody": {
                            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/In"}}}
                        }
                    }
                }
            },
            "components": {"schemas": {"In": openapi_of(self.models[path])}},
        }
        return web.json_response({"models": [{"endpoint_id": path, "openapi": document}]})

    async def _open_upload(self, request: web.Request) -> web.Response:
        if set(await request.json()) != {"file_name", "content_type"}:
            return self.refusal(422)
        name = self.new_id()
        return web.json_response(
            {"upload_url": f"{self.cdn}/{name}", "file_url": f"https://v3.fal.media/{name}"}
        )

    async def _submit(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.bodies.append(body)
        path = request.match_info["path"]
        if path not in self.models:
            return self.refusal(404)
        if faults := list(complaints(self.models[path], body)):
            detail = [{"loc": ["body", name], "msg": reason, "type": reason} for name, reason in faults]
            return web.json_response({"detail": detail}, status=422)
        lifetime = request.headers.get("X-Fal-Object-Lifecycle-Preference", "{}")
        self.retention = json.loads(lifetime).get("expiration_duration_seconds", float("inf"))
        app = "/".join(path.split("/")[:2])
        job = self.accept(str(body.get("prompt", "")), body, str(uuid.uuid4()), app=app)
        base = f"{self.api}/{app}/requests/{job.id}"
        answer = {
            "request_id": job.id,
            "response_url": base,
            "status_url": f"{base}/status",
            "cancel_url": f"{base}/cancel",
            "queue_position": 1,
        }
        return web.json_response(answer)

    def _job(self, request: web.Request) -> Job | None:
        job = self.jobs.get(request.match_info["id"])
        app = f"{request.match_info['owner']}/{request.match_info['app']}"
        return job if job and job.extra["app"] == app else None

    async def _status(self, request: web.Request) -> web.Response:
        job = self._job(request)
        if job is None:
            return self.refusal(404)
        phase = self.phase(job)
        status = {"queued": "IN_QUEUE", "running": "IN_PROGRESS"}.get(phase, "COMPLETED")
        told: dict[str, Any] = {"status": self.frozen or status, "request_id": job.id, "logs": None}
        if phase == "queued":
            told["queue_position"] = 1
        if phase == "running" and request.query.get("logs") in {"1", "true"}:
            percent = round(100 * self.fraction(job))
            told["logs"] = [{"message": f"{percent:3d}%|###    | {percent}/100 [00:01]", "level": "INFO"}]
        return web.json_response(told, status=200 if status == "COMPLETED" else 202)

    async def _result(self, request: web.Request) -> web.Response:
        job = self._job(request)
        if job is None:
            return self.refusal(404)
        phase = self.phase(job)
        if phase in {"queued", "running"}:
            return web.json_response({"detail": "Request is still in progress"}, status=400)
        if phase == "cancelled":
            return self._failed(499, "request_cancelled", "cancelled")
        if phase == "failed":
            return self._failed(*FAILURES.get(job.outcome, (500, "model_error", "it broke")))
        address = self.publish(f"{job.id}.mp4")
        if self.clock.elapsed - job.made > self.retention:
            del self.files[f"{job.id}.mp4"]
        video = {"url": address, "content_type": "video/mp4", "file_name": "output.mp4", "file_size": 1}
        return web.json_response({"video": video, "seed": 7})

    def _failed(self, status: int, kind: str, detail: Any) -> web.Response:
        return web.json_response({"detail": detail}, status=status, headers={"x-fal-error-type": kind})

    async def _cancel(self, request: web.Request) -> web.Response:
        job = self._job(request)
        if job is None:
            return web.json_response({"status": "NOT_FOUND"}, status=404)
        if self.phase(job) in {"done", "failed"}:
            return web.json_response({"status": "ALREADY_COMPLETED"}, status=400)
        job.cancelled_at = self.clock.elapsed
        return web.json_response({"status": "CANCELLATION_REQUESTED"}, status=202)
