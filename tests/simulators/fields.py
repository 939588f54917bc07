"""Checks what a service is sent against its fields: strict, and apart from the program's own checks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from clappper.base.paths import resource

TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "uri": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "frames": (str, list),
}


def schemas(service: str) -> dict[str, Any]:
    """Give the fields of a service's models."""
    text = resource("providers", f"{service}.inputs.json").read_text(encoding="utf-8")
    models: dict[str, Any] = json.loads(text)["models"]
    return models


def complaints(schema: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Name each field that is missing, unknown or wrong, with the kind of its fault."""
    flat = dict(_flat(given, schema["inputs"]))
    yield from ((name, "required") for name in schema["required"] if name not in flat)
    for name, value in flat.items():
        if reason := reason_against(schema["inputs"].get(name), value):
            yield name, reason


def _flat(given: Mapping[str, Any], known: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in given.items():
        name = before + key
        is_outer = any(one.startswith(f"{name}.") for one in known)
        if isinstance(value, dict) and is_outer:
            yield from _flat(value, known, f"{name}.")
        else:
            yield name, value


def reason_against(rule: Mapping[str, Any] | None, value: object) -> str:
    if rule is None:
        return "additional_property_not_allowed"
    wanted = TYPES.get(rule.get("type", ""), (object,))
    if not isinstance(value, wanted) or (bool not in wanted and isinstance(value, bool)):
        return "invalid_type"
    if "enum" in rule and rule.get("type") != "frames" and value not in rule["enum"]:
        return "enum"
    if isinstance(value, (int, float)) and not rule.get("min", value) <= value <= rule.get("max", value):
        return "number_range"
    is_long = isinstance(value, str) and len(value) > rule.get("max_length", len(value))
    return "string_too_long" if is_long else ""
