"""A Replicate on loopback, strict about what it is sent: built from the service's public description."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar

from aiohttp import web

from tests.simulators.fields import complaints, schemas
from tests.simulators.stage import QUEUED_SECONDS, Fault, Job, Simulator, SimulatorClock

PAGE = 3
FAILURES = {
    "policy": "The input was flagged as sensitive. (E005)",
    "crash": "Prediction interrupted; please retry (code: PA)",
    "memory": "CUDA out of memory",
    "broken": "something went wrong in predict.py",
}
PICTURES = ("flux", "nano-banana", "sdxl", "rembg")
SOUNDS = ("speech", "kokoro", "lyria", "musicgen")


class ReplicateSimulator(Simulator):
    """Its list shows jobs newest first, ``PAGE`` on a page; ``each_list`` is done before each page."""

    failures: ClassVar[frozenset[str]] = frozenset(FAILURES)
    key: ClassVar[str] = "r8_" + "simulatorkeyofnobody0000000000"

    def __init__(self, clock: SimulatorClock | None = None) -> None:
        super().__init__(clock)
        self.models = schemas("replicate")
        self.destinations: set[str] = set()
        self.list_lag_seconds = 0.0
        self.each_list: Callable[[], object] = object

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/v1/predictions", self._create_versioned),
            web.post("/v1/models/{owner}/{name}/predictions", self._create_official),
            web.post("/v1/models/{owner}/{name}/versions/{version}/trainings", self._train),
            web.get("/v1/predictions", self._list),
            web.get("/v1/trainings", self._list),
            web.get("/v1/{what:predictions|trainings}/{id}", self._get),
            web.post("/v1/{what:predictions|trainings}/{id}/cancel", self._cancel),
            web.post("/v1/files", self._upload),
            web.get("/v1/files/{id}", self._file),
            web.get("/v1/models/{owner}/{name}", self._model),
            web.post("/v1/models", self._make_model),
            web.get("/v1/account", self._account),
            web.get("/v1/webhooks/default/secret", self._secret),
        ]

    def refusal(self, status: int) -> web.Response:
        titles = {401: "Unauthenticated", 402: "Insufficient credit", 404: "Not found", 422: "Invalid"}
        body: dict[str, Any] = {"title": titles.get(status, "Error"), "status": status}
        body["detail"] = f"{body['title']}: see the documentation."
        return web.json_response(body, status=status, content_type="application/problem+json")

    async def _create_official(self, request: web.Request) -> web.Response:
        body = await request.json()
        return self._created(request, body, _slug(request), {"input", "webhook", "webhook_events_filter"})

    async def _create_versioned(self, request: web.Request) -> web.Response:
        body = await request.json()
        version = str(body.get("version", "")).rpartition(":")[2]
        slug = next((name for name, model in self.models.items() if model["version"] == version), version)
        known = {"input", "version", "webhook", "webhook_events_filter"}
        return self._created(request, body, slug, known)

    def _created(self, request: web.Request, body: Any, slug: str, known: set[str]) -> web.Response:
        self.bodies.append(body)
        if slug not in self.models:
            return self.refusal(404)
        if faults := self._complaints(slug, body, known):
            return _invalid(faults)
        given = body["input"]
        words = str(given.get("prompt") or given.get("text") or "")
        job = self.accept(words, given, model=slug, deadline=request.headers.get("Cancel-After", ""))
        return web.json_response(self._told(job), status=201)

    async def _train(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.bodies.append(body)
        slug = _slug(request)
        if body.get("destination") not in self.destinations:
            detail = "The specified training destination does not exist"
            return web.json_response({"detail": detail, "status": 404}, status=404)
        if faults := self._complaints(slug, body, {"input", "destination", "webhook"}):
            return _invalid(faults)
        job = self.accept("", body["input"], model=slug, destination=body["destination"])
        return web.json_response(self._told(job), status=201)

    def _complaints(self, slug: str, body: Any, known: set[str]) -> list[dict[str, str]]:
        given = body.get("input") if isinstance(body, dict) else None
        if not isinstance(given, dict):
            return [_complaint("required", "input", "input is required")]
        found = [_complaint("additional_property_not_allowed", name, "unknown") for name in set(body) - known]
        for name, reason in complaints(self.models[slug], given):
            found.append(_complaint(reason, f"input.{name}", f"{name}: {reason}"))
        return found

    async def _list(self, request: web.Request) -> web.Response:
        self.each_list()
        is_training = request.path.endswith("trainings")
        shown = [
            job
            for job in reversed(self.jobs.values())
            if ("destination" in job.extra) == is_training
            and self.clock.elapsed - job.made >= self.list_lag_seconds
        ]
        if after := request.query.get("created_after"):
            moment = datetime.fromisoformat(after)
            shown = [job for job in shown if self._moment(job.made) >= moment]
        ids = [job.id for job in shown]
        cursor = request.query.get("cursor", "")
        start = ids.index(cursor) if cursor in ids else 0
        onward = ids[start + PAGE] if start + PAGE < len(ids) else ""
        query = {**request.query, "cursor": onward}
        address = str(request.url.with_query(query)) if onward else None
        page = [self._told(job) for job in shown[start : start + PAGE]]
        return web.json_response({"next": address, "previous": None, "results": page})

    async def _get(self, request: web.Request) -> web.Response:
        job = self.jobs.get(request.match_info["id"])
        return web.json_response(self._told(job)) if job else self.refusal(404)

    async def _cancel(self, request: web.Request) -> web.Response:
        job = self.jobs.get(request.match_info["id"])
        if job is None:
            return self.refusal(404)
        if self.phase(job) in {"queued", "running"}:
            job.extra["began"] = self.phase(job) == "running"
            job.cancelled_at = self.clock.elapsed
        return web.json_response(self._told(job))

    async def _upload(self, request: web.Request) -> web.Response:
        parts = await request.multipart()
        part = await parts.next()
        if part is None or getattr(part, "name", "") != "content":
            return self.refusal(422)
        name = self.new_id()
        self.files[name] = await part.read()  # type: ignore[union-attr]  # nested parts are not sent here
        return web.json_response(self._file_record(name), status=201)

    async def _file(self, request: web.Request) -> web.Response:
        name = request.match_info["id"]
        return web.json_response(self._file_record(name)) if name in self.files else self.refusal(404)

    def _file_record(self, name: str) -> dict[str, Any]:
        expires = self._moment(self.clock.elapsed) + timedelta(hours=24)
        return {
            "id": name,
            "name": name,
            "content_type": "application/octet-stream",
            "size": len(self.files[name]),
            "etag": name,
            "checksums": {},
            "metadata": {},
            "created_at": _stamp(self._moment(self.clock.elapsed)),
            "expires_at": _stamp(expires),
            "urls": {"get": f"https://api.replicate.com/v1/files/{name}"},
        }

    async def _model(self, request: web.Request) -> web.Response:
        slug = _slug(request)
        if slug not in self.models:
            return self.refusal(404)
        owner, _, name = slug.partition("/")
        schema = openapi_of(self.models[slug])
        version = self.models[slug]["version"] or "0" * 64
        latest = {
            "id": version,
            "created_at": "2026-01-01T00:00:00.000000Z",
            "cog_version": "0.9",
            "openapi_schema": {"components": {"schemas": {"Input": schema}}},
        }
        answer = {
            "url": f"https://replicate.com/{slug}",
            "owner": owner,
            "name": name,
            "description": "",
            "visibility": "public",
            "github_url": None,
            "paper_url": None,
            "license_url": None,
            "run_count": 1,
            "cover_image_url": None,
            "default_example": None,
            "is_official": not self.models[slug]["version"],
            "latest_version": latest,
        }
        return web.json_response(answer)

    async def _make_model(self, request: web.Request) -> web.Response:
        body = await request.json()
        slug = f"{body['owner']}/{body['name']}"
        if slug in self.destinations:
            return self.refusal(409)
        self.destinations.add(slug)
        return web.json_response(body, status=201)

    async def _account(self, _request: web.Request) -> web.Response:
        return web.json_response({"type": "user", "username": "nobody", "name": "Nobody", "github_url": None})

    async def _secret(self, _request: web.Request) -> web.Response:
        return web.json_response({"key": "whsec_c2ltdWxhdG9y"})

    def _told(self, job: Job) -> dict[str, Any]:
        status = self.frozen or self._status(job)
        is_over = status in {"succeeded", "failed", "canceled", "aborted"}
        is_gone = self.is_removed(job)
        told: dict[str, Any] = {
            "id": job.id,
            "model": job.extra["model"],
            "version": self.models[job.extra["model"]]["version"] or "hidden",
            "input": {} if is_gone else job.request,
            "output": None,
            "logs": "" if is_gone else self._logs(job),
            "error": FAILURES.get(job.outcome, job.outcome) if status == "failed" else None,
            "status": status,
            "created_at": _stamp(self._moment(job.made)),
            "data_removed": is_gone,
            "source": "api",
            "urls": {
                "get": f"{self.api}/v1/predictions/{job.id}",
                "cancel": f"{self.api}/v1/predictions/{job.id}/cancel",
            },
        }
        if self._began(job):
            told["started_at"] = _stamp(self._moment(job.made + QUEUED_SECONDS))
        if is_over:
            told["completed_at"] = _stamp(self._moment(self.clock.elapsed))
            told["metrics"] = {"predict_time": 4.0, "total_time": 6.0}
        if status == "succeeded" and not is_gone:
            told["output"] = self._output(job)
        return told

    def _began(self, job: Job) -> bool:
        return bool(job.extra.get("began")) or self.phase(job) in {"running", "done", "failed"}

    def _status(self, job: Job) -> str:
        cancelled = "canceled" if job.extra.get("began") else "aborted"
        return {
            "queued": "starting",
            "running": "processing",
            "done": "succeeded",
            "failed": "failed",
            "cancelled": cancelled,
        }[self.phase(job)]

    def _logs(self, job: Job) -> str:
        percents = range(0, round(100 * self.fraction(job)) + 1, 10)
        return "".join(f"{one:3d}%|{'#' * (one // 10)}    | {one}/100 [00:01<00:01]\n" for one in percents)

    def _output(self, job: Job) -> Any:
        model = job.extra["model"]
        if "destination" in job.extra:
            weights = self.publish(f"{job.id}.tar", "file")
            return {"version": f"{job.extra['destination']}:{'1' * 64}", "weights": weights}
        if any(word in model for word in PICTURES):
            return [self.publish(f"{job.id}.png", "picture")]
        if any(word in model for word in SOUNDS):
            return self.publish(f"{job.id}.wav", "sound")
        return self.publish(f"{job.id}.mp4")

    def _moment(self, elapsed: float) -> datetime:
        return self.clock.now() + timedelta(seconds=elapsed - self.clock.elapsed)


def throttled(seconds: int) -> Fault:
    """The refusal of one who asks too often."""
    detail = f"Request was throttled. Your rate limit resets in ~{seconds}s."
    return Fault(429, headers={"Retry-After": str(seconds)}, body={"detail": detail, "retry_after": seconds})


def _slug(request: web.Request) -> str:
    return f"{request.match_info['owner']}/{request.match_info['name']}"


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _complaint(kind: str, field: str, text: str) -> dict[str, str]:
    return {"type": kind, "field": field, "description": text}


def _invalid(faults: list[dict[str, str]]) -> web.Response:
    detail = "".join(f"- {fault['field']}: {fault['description']}\n" for fault in faults)
    body = {"title": "Input validation failed", "detail": detail, "status": 422, "invalid_fields": faults}
    return web.json_response(body, status=422, content_type="application/problem+json")


def openapi_of(model: dict[str, Any]) -> dict[str, Any]:
    """Say a model's fields as the service's own schema does."""
    properties = {name: _openapi(rule) for name, rule in model["inputs"].items()}
    return {"type": "object", "properties": properties, "required": model["required"]}


def _openapi(rule: dict[str, Any]) -> dict[str, Any]:
    """Say a rule as the service's own schema does."""
    kind = rule.get("type", "string")
    told: dict[str, Any] = {"type": "string", "format": "uri"} if kind == "uri" else {"type": kind}
    names = {
        "enum": "enum",
        "min": "minimum",
        "max": "maximum",
        "default": "default",
        "max_length": "maxLength",
    }
    return told | {ours: rule[theirs] for theirs, ours in names.items() if theirs in rule}
