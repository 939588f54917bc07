"""One service's models as data: what ships, what was read anew from the service, and a person's own rows.

``resources/providers/<service>.toml`` says which models are offered and what no schema tells;
``<service>.inputs.json`` holds their fields. A person's ``providers/<service>.toml`` adds and replaces rows;
schemas read from the service lie in the cache and go before the shipped ones.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from clappper.base.errors import UnusableInputError
from clappper.base.paths import resource
from clappper.providers.contract import (
    Capabilities,
    Estimate,
    GenRequest,
    InputFile,
    Issue,
    Kind,
)
from clappper.providers.fitting import fits
from clappper.providers.inputs import Inputs, Rule, number_in, read_inputs, to_record
from clappper.providers.prices import estimate, load_prices
from clappper.providers.wording import (
    Place,
    Way,
    arguments,
    first_frame,
    last_frame,
    meanings,
    nested,
    size_of,
)
from clappper.providers.workbench import Workbench

ASPECTS = frozenset(
    {"16:9", "9:16", "1:1", "4:5", "5:4", "4:3", "3:4", "3:2", "2:3", "21:9", "9:21", "2:1", "1:2"}
)
PLAIN = frozenset(field.name for field in fields(Capabilities)) - {
    "provider",
    "model",
    "kinds",
    "price",
    "prices",
}
PICTURES = frozenset({"first_frame", "frame_positions", "keyframes", "keyframe_indexes", "all_pictures"})
"""What these stand for is told of in other words when it is missing."""
MOVING = frozenset({Kind.TEXT_TO_VIDEO, Kind.IMAGE_TO_VIDEO, Kind.KEYFRAMES})
SHAPES = (("16:9", 16 / 9), ("9:16", 9 / 16), ("1:1", 1.0), ("4:3", 4 / 3), ("3:4", 3 / 4), ("21:9", 21 / 9))


@dataclass(frozen=True, slots=True)
class Model:
    """One model: what it can do, and the way to ask it for each kind of work."""

    capabilities: Capabilities
    ways: Mapping[Kind, Way]

    @property
    def name(self) -> str:
        return self.capabilities.model


class Catalog:
    """The models of one service. All files are read at once, so that a damaged one stops nobody else."""

    def __init__(self, bench: Workbench, service: str) -> None:
        """Read the files; takes some milliseconds.

        Raises:
            UnusableInputError: a person's own file is damaged.
        """
        self.service = service
        self._own = bench.own
        _ = self.models

    @cached_property
    def models(self) -> Mapping[str, Model]:
        """All models by name."""
        usual, rows = self._rows()
        inputs = self.inputs
        prices = load_prices(self._own)
        found = {}
        for row in rows:
            model = _model(self.service, usual | row, inputs)
            known = prices.get((self.service, model.name), ())
            capabilities = replace(model.capabilities, price=known[0] if known else None, prices=known)
            found[model.name] = replace(model, capabilities=capabilities)
        return found

    @cached_property
    def inputs(self) -> Mapping[str, Inputs]:
        """The fields of every way, by the name that rows call it."""
        shipped = read_inputs(resource("providers", f"{self.service}.inputs.json"))
        return {**shipped, **(read_inputs(self._cache) if self._own else {})}

    def capabilities(self) -> tuple[Capabilities, ...]:
        return tuple(model.capabilities for model in self.models.values())

    def model(self, name: str) -> Model:
        """Give one model.

        Raises:
            UnusableInputError: there is none of this name.
        """
        if name not in self.models:
            raise UnusableInputError(
                f"{self.service} has no model {name!r}.", f"Choose one of: {', '.join(self.models)}."
            )
        return self.models[name]

    def way(self, request: GenRequest) -> Way:
        """Give the way to ask for a request.

        Raises:
            UnusableInputError: the model does not do that.
        """
        model = self.model(request.model)
        if request.kind not in model.ways:
            raise UnusableInputError(f"{request.model} does not make {request.kind}.")
        return model.ways[request.kind]

    def arguments(self, request: GenRequest, place: Place) -> dict[str, Any]:
        """Work out the fields that are sent, before objects are made of dotted names."""
        return arguments(self.way(request), request, self.model(request.model).capabilities, place)

    def body(self, request: GenRequest, place: Place) -> dict[str, Any]:
        """Work out the input object that is sent."""
        return nested(self.arguments(request, place))

    def sent(self, request: GenRequest) -> dict[str, Any]:
        """Tell what is sent, with each file named by its part and its hash."""
        return self.body(request, name_of)

    def files(self, request: GenRequest) -> tuple[InputFile, ...]:
        """List the files that really go along."""
        used: dict[str, InputFile] = {}

        def note(file: InputFile) -> str:
            used[file.path] = file
            return file.path

        self.arguments(request, note)
        return tuple(used.values())

    def validate(self, request: GenRequest) -> tuple[Issue, ...]:
        """Compare a request with the model: all that can be known before anything is sent."""
        model = self.model(request.model).capabilities
        issues = fits(request, model)
        if any(issue.field == "kind" for issue in issues):
            return issues
        way = self.way(request)
        sent = self.arguments(request, name_of)
        return (*issues, *_pictures(request, model), *_lacking(way, sent, model), *_odd_values(way, request))

    def estimate(self, request: GenRequest) -> Estimate:
        """Say what a request costs by the price list."""
        model = self.model(request.model).capabilities
        defaults = self.way(request).inputs.defaults()
        sent = defaults | self.arguments(request, name_of)
        return estimate(model.prices, request, model, sent)

    def learn(self, read: Mapping[str, Inputs]) -> tuple[str, ...]:
        """Keep schemas that were read from the service; gives the names of those that have changed."""
        changed = tuple(name for name, inputs in read.items() if _differs(self.inputs.get(name), inputs))
        if self._own is not None:
            _write(self._cache, {**read_inputs(self._cache), **read})
        for name in ("models", "inputs"):
            self.__dict__.pop(name, None)
        return changed

    @property
    def _cache(self) -> Path:
        if self._own is None:
            raise UnusableInputError("There is no folder to keep schemas in.")
        return self._own.cache / "providers" / f"{self.service}.inputs.json"

    def _rows(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        shipped = _read_rows(resource("providers", f"{self.service}.toml"))
        own = _read_rows(self._own.config / "providers" / f"{self.service}.toml") if self._own else {}
        rows = {row["name"]: row for row in (*shipped.get("model", ()), *own.get("model", ()))}
        return shipped.get("usual", {}) | own.get("usual", {}), list(rows.values())


def name_of(file: InputFile) -> str:
    """Stand for a file where nothing is sent."""
    return f"{file.role}:sha256:{file.sha256}"


def _model(service: str, row: Mapping[str, Any], known: Mapping[str, Inputs]) -> Model:
    """Make a model of its row and its schemas; what the row says goes before what a schema tells."""
    stated = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in row.items()
        if name in PLAIN
    }
    ways: dict[Kind, Way] = {}
    for part in row.get("way", [row]):
        path = part.get("path", row["name"])
        inputs = known.get(part.get("inputs", path), Inputs())
        words = meanings(inputs, {**row.get("words", {}), **part.get("words", {})})
        way = Way(path, inputs, words, {**row.get("fixed", {}), **part.get("fixed", {})})
        ways |= {Kind(kind): way for kind in part.get("kinds", row.get("kinds", ()))}
    if not ways:
        raise UnusableInputError(f"The row of the model {row['name']} says not what it makes.")
    told = _told(ways)
    if not MOVING & set(ways):
        stated.pop("fps", None)
    whole = {**told, **stated}
    whole["seconds"] = tuple(float(end) for end in whole.get("seconds", (0.1, 3600.0)))
    whole["sizes"] = tuple(tuple(size) for size in whole.get("sizes", ()))
    whole["durations"] = tuple(float(one) for one in whole.get("durations", ()))
    whole["fps"] = tuple(float(one) for one in whole.get("fps", ()))
    return Model(Capabilities(provider=service, model=row["name"], kinds=tuple(ways), **whole), ways)


def _told(ways: Mapping[Kind, Way]) -> dict[str, Any]:
    """Say what schemas tell about a model: what it has a field for, and the choices there."""
    terms: dict[str, Rule] = {}
    extra: dict[str, None] = {}
    for way in ways.values():
        for name, rule in way.inputs.rules.items():
            if name in way.words:
                terms.setdefault(way.words[name], rule)
            elif name not in way.fixed and not (name in way.inputs.required and len(rule.choices) == 1):
                extra[name] = None
    has_fields = any(way.inputs.rules for way in ways.values())
    told: dict[str, Any] = {
        "reads_prompt": "prompt" in terms or not has_fields or not MOVING & set(ways),
        "seed": "seed" in terms,
        "negative": "negative" in terms,
        "audio": "audio" in terms,
        "loop": "loop" in terms,
        "last_frame": "last_frame" in terms or "last" in terms.get("frame_positions", Rule()).choices,
        "needs_picture": Kind.TEXT_TO_VIDEO not in ways and Kind.IMAGE_TO_VIDEO in ways,
        "extra_fields": (*extra, *(["voice"] if {"voice", "preset_voice"} & set(terms) else [])),
        "aspects": _aspects(terms),
        "max_prompt_characters": terms.get("prompt", Rule()).longest,
    }
    return told | _lengths(terms.get("seconds")) | _resolutions(terms)


def _lengths(rule: Rule | None) -> dict[str, Any]:
    if rule is None:
        return {}
    lengths = sorted(length for choice in rule.choices if (length := number_in(choice)) is not None)
    if lengths:
        return {"seconds": (min(lengths[0], 1.0), lengths[-1]), "durations": tuple(lengths)}
    return {"seconds": (max(rule.low or 1.0, 1.0), rule.high)} if rule.high is not None else {}


def _aspects(terms: Mapping[str, Rule]) -> tuple[str, ...]:
    named = [choice for choice in terms.get("aspect", Rule()).choices if choice in ASPECTS]
    sizes = [size for choice in terms.get("size", Rule()).choices if (size := size_of(choice))]
    shaped = (name for w, h in sizes for name, shape in SHAPES if abs(w / h / shape - 1) < 0.02)
    if "orientation" in terms:
        named = ["9:16", "16:9"]
    return tuple(dict.fromkeys((*named, *shaped)))


def _resolutions(terms: Mapping[str, Rule]) -> dict[str, Any]:
    lines = [str(choice) for choice in terms.get("resolution", Rule()).choices if number_in(choice)]
    sizes = tuple(size for choice in terms.get("size", Rule()).choices if (size := size_of(choice)))
    found: dict[str, Any] = {}
    if lines:
        largest = max(number_in(line) or 0 for line in lines)
        wide = int(largest * 16 / 9)
        found |= {"resolutions": tuple(lines), "max_width": wide, "max_height": wide}
    if sizes:
        largest = max(max(size) for size in sizes)
        found |= {"sizes": sizes, "max_width": int(largest), "max_height": int(largest)}
    return found


def _pictures(request: GenRequest, model: Capabilities) -> Iterable[Issue]:
    if request.kind in {Kind.IMAGE_TO_VIDEO, Kind.KEYFRAMES} and first_frame(request) is None:
        yield Issue("files", f"{model.model} begins with a picture, and none is given.")
    if request.kind is Kind.KEYFRAMES and last_frame(request) is None:
        yield Issue("files", f"{model.model} needs a picture to end with.")
    elif last_frame(request) is not None and not (model.last_frame or model.max_keyframes):
        yield Issue("files", f"{model.model} takes no picture to end with.", blocking=False)


def _lacking(way: Way, sent: Mapping[str, Any], model: Capabilities) -> Iterable[Issue]:
    for name in sorted(way.inputs.required - set(sent)):
        field = way.words.get(name, f"extra.{name}")
        if field not in PICTURES:
            yield Issue(field, f"{model.model} needs the field {name}.")


def _odd_values(way: Way, request: GenRequest) -> Iterable[Issue]:
    for name, value in request.extra.items():
        rule = way.inputs.rules.get(name)
        if rule and (reason := rule.refusal(value)):
            yield Issue(f"extra.{name}", f"The option {name} {reason}.")


def _read_rows(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnusableInputError(f"The models in {path} cannot be read: {error}", "Mend the file.") from error


def _differs(old: Inputs | None, new: Inputs) -> bool:
    return old is None or (old.rules, old.required, old.version) != (new.rules, new.required, new.version)


def _write(path: Path, inputs: Mapping[str, Inputs]) -> None:
    import json

    from clappper.store.files import disk_errors, write_atomically

    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    models = {name: to_record(one) for name, one in inputs.items()}
    write_atomically(path, json.dumps({"models": models}, indent=1).encode())
