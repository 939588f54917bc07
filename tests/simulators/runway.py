"""A Runway on loopback, strict about versions, fields and how often it is looked at."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from aiohttp import web

from tests.simulators.fields import complaints, schemas
from tests.simulators.stage import Job, Simulator, SimulatorClock

FAILURES = {
    "policy": ("SAFETY.INPUT.TEXT", "The input was moderated."),
    "crash": ("INTERNAL.BAD_OUTPUT.CODE01", "The output was bad."),
    "broken": ("THIRD_PARTY.UNAVAILABLE", "Something else."),
}
CREDITS = 60
SHORTEST_LOOK_SECONDS = 5.0


class RunwaySimulator(Simulator):
    """``hurried`` counts looks at a task that came sooner after the last one than is allowed."""

    key: ClassVar[str] = "key_" + "0" * 40
    retention_seconds: ClassVar[float] = 86_400.0

    def __init__(self, clock: SimulatorClock | None = None) -> None:
        super().__init__(clock)
        self.models = schemas("runway")
        self.hurried = 0
        self._looked: dict[str, float] = {}

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/v1/organization", self._organization),
            web.get("/v1/tasks/{id}", self._task),
            web.delete("/v1/tasks/{id}", self._delete),
            web.post("/v1/uploads", self._open_upload),
            web.post("/v1/{endpoint}", self._create),
        ]

    def admits(self, request: web.Request) -> bool:
        return super().admits(request) and request.headers.get("X-Runway-Version") == "2024-11-06"

    def refusal(self, status: int) -> web.Response:
        return web.json_response({"error": f"Refused with {status}."}, status=status)

    async def _organization(self, _request: web.Request) -> web.Response:
        body = {
            "creditBalance": 1000,
            "tier": {"maxMonthlyCreditSpend": 1, "models": {}},
            "usage": {"models": {}},
        }
        return web.json_response(body)

    async def _create(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.bodies.append(body)
        endpoint = request.match_info["endpoint"]
        schema = self.models.get(f"{endpoint}/{body.get('model')}")
        if schema is None:
            return self.refusal(404)
        if faults := list(complaints(schema, body)):
            issues = [{"code": reason, "path": [name], "message": reason} for name, reason in faults]
            return web.json_response({"error": "Validation of body failed", "issues": issues}, status=400)
        job = self.accept(str(body.get("promptText", "")), body, str(uuid.uuid4()), endpoint=endpoint)
        return web.json_response({"id": job.id, "estimatedCost": {"credits": CREDITS}})

    async def _task(self, request: web.Request) -> web.Response:
        job = self.jobs.get(request.match_info["id"])
        if job is None or self.is_removed(job):
            return self.refusal(404)
        self.hurried += self.clock.elapsed - self._looked.get(job.id, -99.0) < SHORTEST_LOOK_SECONDS
        self._looked[job.id] = self.clock.elapsed
        return web.json_response(self._told(job))

    async def _delete(self, request: web.Request) -> web.Response:
        job = self.jobs.pop(request.match_info["id"], None)
        if job is None:
            return self.refusal(404)
        for name in [name for name in self.files if job.id in name]:
            del self.files[name]
        return web.Response(status=204)

    async def _open_upload(self, request: web.Request) -> web.Response:
        body = await request.json()
        if body.get("type") != "ephemeral" or "filename" not in body:
            return self.refusal(400)
        name = self.new_id()
        fields = {"key": name, "policy": "signed"}
        answer = {"uploadUrl": f"{self.cdn}/{name}", "fields": fields, "runwayUri": f"runway://{name}"}
        return web.json_response(answer)

    async def stored(self, request: web.Request, name: str) -> web.Response:
        """Take a form: all fields first, the file last."""
        order = []
        async for part in await request.multipart():
            order.append(getattr(part, "name", ""))
            if order[-1] == "file":
                self.files[name] = await part.read()  # type: ignore[union-attr]  # nested parts are not sent here
        if order != ["key", "policy", "file"]:
            self.mistakes.append(f"a form with {order}")
        return web.Response(status=204)

    def _told(self, job: Job) -> dict[str, Any]:
        status = (
            self.frozen
            or {
                "queued": "THROTTLED" if job.outcome == "throttled" else "PENDING",
                "running": "RUNNING",
                "done": "SUCCEEDED",
                "failed": "FAILED",
            }[self.phase(job)]
        )
        told: dict[str, Any] = {
            "id": job.id,
            "status": status,
            "createdAt": self.clock.now().isoformat().replace("+00:00", "Z"),
        }
        if status in {"SUCCEEDED", "FAILED"}:
            told["cost"] = {"credits": CREDITS}
        else:
            told["estimatedCost"] = {"credits": CREDITS}
        if status == "RUNNING":
            told["progress"] = self.fraction(job)
        if status == "SUCCEEDED":
            kind = {"text_to_image": "picture", "text_to_speech": "sound"}.get(job.extra["endpoint"], "video")
            suffix = {"picture": "png", "sound": "wav"}.get(kind, "mp4")
            told["output"] = [self.publish(f"{job.id}.{suffix}", kind)]
        if status == "FAILED":
            told["failureCode"], told["failure"] = FAILURES.get(job.outcome, ("INTERNAL", "It failed."))
        return told
