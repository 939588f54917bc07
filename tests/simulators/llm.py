"""A language model's server on loopback, with OpenAI's way and Ollama's. ``mode`` says how it misbehaves."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from aiohttp import web

from tests.simulators.stage import Simulator, SimulatorClock


class LlmSimulator(Simulator):
    """Answers with ``answer``. ``mode``: obeys, no schema, no object, fenced, broken once, never, refuses,
    cut once, filter.
    """

    key: ClassVar[str] = "sk-" + "0" * 40

    def __init__(self, clock: SimulatorClock | None = None) -> None:
        super().__init__(clock)
        self.answer: dict[str, Any] = {"score": 71, "reason": "clear"}
        self.mode = "obeys"
        self.wants_key = True
        self.disliked: set[str] = set()

    def admits(self, request: web.Request) -> bool:
        return not self.wants_key or super().admits(request)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/v1/models", self._models),
            web.post("/v1/chat/completions", self._complete),
            web.get("/api/tags", self._tags),
            web.post("/api/chat", self._chat),
        ]

    def refusal(self, status: int) -> web.Response:
        return web.json_response(
            {"error": {"message": f"refused with {status}", "code": None}}, status=status
        )

    async def _models(self, _request: web.Request) -> web.Response:
        return web.json_response({"data": [{"id": "judge-1"}]})

    async def _tags(self, _request: web.Request) -> web.Response:
        return web.json_response({"models": [{"name": "judge-1:latest"}]})

    async def _complete(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.bodies.append(body)
        kind = body.get("response_format", {}).get("type", "")
        if kind and kind in {"no schema": {"json_schema"}, "no object": {"json_schema", "json_object"}}.get(
            self.mode, ()
        ):
            return _error(400, f"response_format {kind} is not supported", "response_format")
        if refused := sorted(self.disliked & set(body)):
            return _error(400, "Unsupported parameter.", refused[0])
        if kind == "json_schema":
            _demand_strict(body["response_format"]["json_schema"]["schema"])
        text, finish, refusal = self._said()
        message = {"role": "assistant", "content": text, "refusal": refusal}
        usage = {"prompt_tokens": 50, "completion_tokens": 20}
        return web.json_response({"choices": [{"message": message, "finish_reason": finish}], "usage": usage})

    async def _chat(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.bodies.append(body)
        if body["model"] != "judge-1":
            return web.json_response({"error": f"model '{body['model']}' not found"}, status=404)
        text, finish, _ = self._said()
        told = {"message": {"role": "assistant", "content": text}, "done": True, "done_reason": finish}
        return web.json_response(told | {"prompt_eval_count": 50, "eval_count": 20})

    def _said(self) -> tuple[str, str, str | None]:
        whole = json.dumps(self.answer)
        is_first = len(self.bodies) == 1
        return {
            "fenced": (f"Here you are:\n```json\n{whole}\n```", "stop", None),
            "broken once": ('{"score": "high"}' if is_first else whole, "stop", None),
            "never": ("I think it is rather good.", "stop", None),
            "refuses": ("", "stop", "I cannot judge that."),
            "filter": ("", "content_filter", None),
            "cut once": (whole[:8] if is_first else whole, "length" if is_first else "stop", None),
        }.get(self.mode, (whole, "stop", None))


def _error(status: int, message: str, param: str) -> web.Response:
    error = {"message": message, "type": "invalid_request_error", "code": None, "param": param}
    return web.json_response({"error": error}, status=status)


def _demand_strict(schema: dict[str, Any]) -> None:
    assert schema["additionalProperties"] is False
    assert schema["required"] == list(schema["properties"])
    for part in schema["properties"].values():
        assert not {"default", "pattern", "minLength", "title"} & set(part)
