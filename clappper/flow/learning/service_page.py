"""What the prediction service understands and answers, as an OpenAPI 3.1 description."""

from __future__ import annotations

from typing import Any

from clappper import __version__
from clappper.brief.schema import AdBrief

REFUSALS = {
    "400": "the body is no JSON",
    "401": "the token is missing or wrong",
    "403": "it does not come from a program on this machine",
    "409": "the brief cannot be planned, or the predictor cannot be loaded",
    "411": "the length of the body is missing",
    "413": "the body is larger than 1 MB",
    "422": "what was sent is neither a brief nor a prompt",
    "429": "there were too many requests; Retry-After says when to go on",
}
TEXT: dict[str, Any] = {"type": "string"}
NUMBER: dict[str, Any] = {"type": "number"}
SHARE: dict[str, Any] = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
INTERVAL: dict[str, Any] = {"type": ["array", "null"], "items": NUMBER, "minItems": 2, "maxItems": 2}
PREDICTION: dict[str, Any] = {
    "success_prob": SHARE | {"description": "the chance to pass; null where the predictor abstains"},
    "interval": INTERVAL,
    "quality": {"type": ["number", "null"], "description": "the expected score, 1 to 5"},
    "known": {"type": "number", "description": "how near this is to what was rated, 0 to 1"},
    "reasons": {"type": "array", "items": {"type": "object", "properties": {"text": TEXT, "effect": NUMBER}}},
    "model_version": TEXT,
    "abstained": {"type": "string", "description": "why there is no chance, else empty"},
}
SHOT = dict.fromkeys(("shot_id", "prompt", "provider", "model", "note"), TEXT)


def described() -> dict[str, Any]:
    """Give the description, with the brief's own schema in it."""
    brief = AdBrief.model_json_schema(ref_template="#/components/schemas/{model}")
    parts = brief.pop("$defs", {})
    return {
        "openapi": "3.1.0",
        "info": {"title": "Clappper predictions", "version": __version__},
        "security": [{"token": []}],
        "paths": {
            "/predict": {"post": _predict()},
            "/health": {"get": _answering("Which predictor speaks", _object(HEALTH))},
            "/openapi.json": {"get": _answering("This description", {"type": "object"})},
        },
        "components": {
            "schemas": {**parts, "AdBrief": brief, "Refusal": _object(REFUSAL)},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


HEALTH: dict[str, Any] = {"ok": {"const": True}, "model_version": TEXT, "labels": {"type": "integer"}}
REFUSAL: dict[str, Any] = {"ok": {"const": False}, "error": TEXT, "hint": TEXT}


def _predict() -> dict[str, Any]:
    prompt = _object({"prompt": TEXT | {"minLength": 1, "maxLength": 4000}, "provider": TEXT})
    asked = {"oneOf": [prompt | {"required": ["prompt"]}, {"$ref": "#/components/schemas/AdBrief"}]}
    of_prompt = _object({"ok": {"const": True}, "prompt": TEXT, "provider": TEXT} | PREDICTION)
    shot = _object(SHOT | {"generative": {"type": "boolean"}} | PREDICTION)
    of_brief = _object(
        {
            "ok": {"const": True},
            "name": TEXT,
            "success_prob": SHARE,
            "interval": INTERVAL,
            "is_prior": {"type": "boolean"},
            "labels": {"type": "integer"},
            "shots": {"type": "array", "items": shot},
        }
    )
    return {
        "requestBody": {"required": True, "content": {"application/json": {"schema": asked}}}
    } | _answering("The chance of one prompt, or of a brief's shots", {"oneOf": [of_prompt, of_brief]})


def _answering(summary: str, schema: dict[str, Any]) -> dict[str, Any]:
    refusal = {"schema": {"$ref": "#/components/schemas/Refusal"}}
    answers = {
        status: {"description": words, "content": {"application/json": refusal}}
        for status, words in REFUSALS.items()
    }
    good = {"description": summary, "content": {"application/json": {"schema": schema}}}
    return {"summary": summary, "responses": {"200": good, **answers}}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties}
