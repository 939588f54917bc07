"""What one model takes, field by field, as its service's own schema states it: from a file or OpenAPI."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clappper.base.errors import UnusableInputError

NUMBER = re.compile(r"\d+(?:\.\d+)?")
LINES = {"1k": 1080.0, "2k": 1440.0, "4k": 2160.0}
KINDS: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "uri": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One field. ``kind`` is one of ``KINDS`` or ``frames``: pictures with their places, first and last.

    Empty ``choices`` allow any value between ``low`` and ``high``.
    """

    kind: str = "string"
    choices: tuple[Any, ...] = ()
    low: float | None = None
    high: float | None = None
    default: Any = None
    longest: int = 0

    def refusal(self, value: object) -> str:
        """Say why a value does not suit; nothing where it does."""
        wanted = KINDS.get(self.kind, object)
        if not isinstance(value, wanted) or (isinstance(value, bool) and self.kind in {"integer", "number"}):
            return f"must be of type {self.kind}"
        if self.choices and self.kind != "frames" and value not in self.choices:
            return f"must be one of {', '.join(str(choice) for choice in self.choices)}"
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            if self.low is not None and value < self.low:
                return f"must be at least {self.low:g}"
            if self.high is not None and value > self.high:
                return f"must be at most {self.high:g}"
        if self.longest and isinstance(value, str) and len(value) > self.longest:
            return f"may have {self.longest} characters"
        return ""

    def nearest(self, wanted: float) -> Any:
        """Give the smallest value that is not below ``wanted``, or the largest there is.

        Choices keep their own type: of ``5s`` and ``10s``, 7 needs ``10s``.
        """
        numbers = sorted(
            (number, n) for n, c in enumerate(self.choices) if (number := number_in(c)) is not None
        )
        if numbers:
            return self.choices[next((n for number, n in numbers if number >= wanted), numbers[-1][1])]
        if self.low is not None:
            wanted = max(wanted, self.low)
        if self.high is not None:
            wanted = min(wanted, self.high)
        whole = -int(-wanted // 1)
        return whole if self.kind in {"integer", "string"} else wanted


@dataclass(frozen=True, slots=True)
class Inputs:
    """All fields of one way to ask a model. ``version`` names the schema where the service does."""

    rules: Mapping[str, Rule] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    version: str = ""
    as_of: str = ""

    def defaults(self) -> dict[str, Any]:
        return {name: rule.default for name, rule in self.rules.items() if rule.default is not None}


def number_in(choice: object) -> float | None:
    """Read the number of a choice: 5, ``5s``, ``25_frames``, ``1080p``; ``4k`` is 2160 lines."""
    if isinstance(choice, (int, float)) and not isinstance(choice, bool):
        return float(choice) if choice >= 0 else None
    text = str(choice).lower()
    if text in LINES:
        return LINES[text]
    found = NUMBER.match(text)
    return float(found[0]) if found else None


def read_inputs(path: Path) -> dict[str, Inputs]:
    """Read a file of inputs; nothing where there is none.

    Raises:
        UnusableInputError: it is damaged.
    """
    if not path.is_file():
        return {}
    try:
        models = json.loads(path.read_text(encoding="utf-8"))["models"]
        return {name: from_record(record) for name, record in models.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnusableInputError(
            f"The model inputs in {path} cannot be read: {error!r}", "Delete the file; it is made anew."
        ) from error


def from_record(record: Mapping[str, Any]) -> Inputs:
    """Read what ``to_record`` wrote."""
    rules = {
        name: Rule(
            kind=rule.get("type", "string"),
            choices=tuple(rule.get("enum", ())),
            low=rule.get("min"),
            high=rule.get("max"),
            default=rule.get("default"),
            longest=rule.get("max_length", 0),
        )
        for name, rule in record["inputs"].items()
    }
    return Inputs(rules, frozenset(record["required"]), record.get("version", ""), record.get("as_of", ""))


def to_record(inputs: Inputs) -> dict[str, Any]:
    """Write inputs as plain JSON values."""
    rules = {}
    for name, rule in inputs.rules.items():
        parts = {
            "type": rule.kind,
            "enum": list(rule.choices) or None,
            "min": rule.low,
            "max": rule.high,
            "default": rule.default,
            "max_length": rule.longest or None,
        }
        rules[name] = {key: value for key, value in parts.items() if value is not None}
    return {
        "version": inputs.version,
        "as_of": inputs.as_of,
        "required": sorted(inputs.required),
        "inputs": rules,
    }


def from_openapi(schemas: Mapping[str, Any], name: str, *, version: str, as_of: str) -> Inputs:
    """Read the schema ``name`` of an OpenAPI document's components.

    Raises:
        UnusableInputError: it is not there or is no such schema.
    """
    schema = schemas.get(name)
    if not isinstance(schema, dict) or not isinstance(schema.get("properties"), dict):
        raise UnusableInputError(f"The schema {name} of the service is not there.")
    rules = {
        key: _rule(part, schemas)
        for key, part in schema["properties"].items()
        if isinstance(part, dict) and not part.get("deprecated")
    }
    required = {key for key in schema.get("required", ()) if key in rules}
    return Inputs(rules, frozenset(required), version, as_of)


def _rule(part: Mapping[str, Any], schemas: Mapping[str, Any]) -> Rule:
    whole = _merged(part, schemas)
    kind = str(whole.get("type", "object" if "properties" in whole else "string"))
    if kind == "string" and whole.get("format") == "uri":
        kind = "uri"
    return Rule(
        kind=kind if kind in KINDS else "object",
        choices=tuple(whole.get("enum", ())),
        low=whole.get("minimum"),
        high=whole.get("maximum"),
        default=whole.get("default"),
        longest=int(whole.get("maxLength", 0)),
    )


def _merged(part: Mapping[str, Any], schemas: Mapping[str, Any]) -> dict[str, Any]:
    """Put together a field that refers to others; of several shapes the first that is not null counts."""
    whole: dict[str, Any] = {}
    several = [
        *part.get("allOf", ()),
        *[one for one in part.get("anyOf", ()) if one.get("type") != "null"][:1],
    ]
    if reference := part.get("$ref"):
        several.append(schemas.get(str(reference).rpartition("/")[2], {}))
    for one in several:
        whole |= _merged(one, schemas) if "$ref" in one else one
    return whole | {key: value for key, value in part.items() if key not in {"allOf", "anyOf", "$ref"}}
