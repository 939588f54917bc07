"""Mistakes in a brief, told to the person who wrote it rather than to the one who wrote the schema.

What a field allows is read from the schema's own annotations, so the wording cannot fall behind it.
"""

from __future__ import annotations

import types
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from rapidfuzz import fuzz, process, utils

Location = tuple[int | str, ...]
SHOWN_CHARACTERS = 40
NEAR_ENOUGH = 60
"""The similarity, of 100, from which an unknown key counts as a misspelling of a known one."""


def explain_mistakes(model: type[BaseModel], error: ValidationError) -> tuple[str, ...]:
    """Put each mistake of ``error`` into one sentence that names the field and what it may hold."""
    found = error.errors()
    places = [details["loc"] for details in found]
    return tuple(_sentence(model, details) for details in found if not _is_echo(details["loc"], places))


def _is_echo(location: Location, places: list[Location]) -> bool:
    """Tell whether something inside ``location`` is also wrong: the list is too short for want of it."""
    return any(len(other) > len(location) and other[: len(location)] == location for other in places)


def _sentence(model: type[BaseModel], details: ErrorDetails) -> str:
    location: Location = details["loc"]
    field = path_of(location)
    if details["type"] == "extra_forbidden":
        return _unknown_key(model, location)
    if details["type"] == "missing":
        return f"{field} is missing; it must be {_allowed(_annotation(model, location))}."
    own_words = details.get("ctx", {}).get("error") if details["type"] == "value_error" else None
    if own_words is not None and str(own_words).startswith("must "):
        return f"{field} {own_words}."
    return f"{field} must be {_allowed(_annotation(model, location))}, not {_shown(details['input'])}."


def path_of(location: Location) -> str:
    """Write a field's place the way people do: ``scenes[1].camera.move``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return _writable(text.removeprefix("."))


def _writable(text: str) -> str:
    """Replace the halves of broken characters, which no terminal can write."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _unknown_key(model: type[BaseModel], location: Location) -> str:
    *parents, key = location
    owner = _inner(_annotation(model, tuple(parents)))
    known = tuple(_hints(owner))
    near = process.extractOne(
        str(key), known, scorer=fuzz.WRatio, processor=utils.default_process, score_cutoff=NEAR_ENOUGH
    )
    advice = f"did you mean {near[0]}?" if near else f"known here: {', '.join(known)}."
    return f"{path_of(location)} is not a known key; {advice}"


@cache
def _hints(model: type[BaseModel]) -> dict[str, Any]:
    hints = get_type_hints(model, include_extras=True)
    return {name: hints[name] for name in model.model_fields}


def _annotation(model: type[BaseModel], location: Location) -> Any:
    """Follow ``location`` through the schema to the annotation it ends at."""
    annotation: Any = model
    for part in location:
        inner = _inner(annotation)
        annotation = get_args(inner)[0] if isinstance(part, int) else _hints(inner)[part]
    return annotation


def _inner(annotation: Any) -> Any:
    """Strip what a person does not see: the extra words of Annotated, and the None of an optional."""
    if get_origin(annotation) is Annotated:
        return _inner(get_args(annotation)[0])
    if get_origin(annotation) in {Union, types.UnionType}:
        return _inner(get_args(annotation)[0])
    return annotation


def _allowed(annotation: Any) -> str:
    if get_origin(annotation) in {Union, types.UnionType}:
        return _allowed(get_args(annotation)[0])
    if get_origin(annotation) is Annotated:
        described = [part.description for part in get_args(annotation) if isinstance(part, FieldInfo)]
        return next((text for text in described if text), None) or _allowed(get_args(annotation)[0])
    if get_origin(annotation) is Literal:
        return f"one of {', '.join(get_args(annotation))}"
    if get_origin(annotation) is tuple:
        item = _inner(get_args(annotation)[0])
        return (
            "a list of tables"
            if _is_model(item)
            else f"a list, each item {_allowed(get_args(annotation)[0])}"
        )
    if _is_model(annotation):
        return f"a table with {', '.join(_hints(annotation))}"
    return "true or false" if annotation is bool else "a text"


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _shown(value: object) -> str:
    match value:
        case dict():
            return "a table"
        case list() | tuple():
            return "a list" if value else "an empty list"
        case bool():
            return str(value).lower()
        case str():
            short = value if len(value) <= SHOWN_CHARACTERS else f"{value[:SHOWN_CHARACTERS]}…"
            return f"'{_writable(short)}'" if value else "an empty text"
        case _:
            return str(value)[:SHOWN_CHARACTERS]
