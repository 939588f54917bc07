"""Each shot's prompt, and the ad as a whole, judged by what people thought of clips rated before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clappper.brief.route import Route
from clappper.brief.schema import AdBrief
from clappper.brief.storyboard import Storyboard
from clappper.providers.registry import Registry
from clappper.review.prediction import Asked, Foretell, Prediction

DRAWN = "It is drawn here from the brief, not imagined by a model from its words."


@dataclass(frozen=True, slots=True)
class ShotForecast:
    """One shot. ``generative`` tells whether a model imagines it from its words.

    For a shot that is not, the prediction is what a text-to-video model would get for the same words.
    """

    shot_id: str
    prompt: str
    provider: str
    model: str
    generative: bool
    prediction: Prediction
    note: str = ""


@dataclass(frozen=True, slots=True)
class Forecast:
    """A whole ad: the chance that a second of its generated footage passes, and each shot's own.

    ``chance`` is None where no shot is generated, or the predictor abstains for all that are.
    """

    name: str
    chance: float | None
    low: float | None
    high: float | None
    shots: tuple[ShotForecast, ...]
    is_prior: bool
    labels: int


def questions(storyboard: Storyboard, routes: Mapping[str, Route], registry: Registry) -> tuple[Asked, ...]:
    """Give what a predictor is asked of each shot; who draws a shot that no model imagines is left open."""
    asked = []
    for shot in storyboard.scenes:
        route = routes[shot.id]
        generative = registry.model(route.provider, route.model).generative
        asked.append((shot.prompt, route.provider if generative else ""))
    return tuple(asked)


def forecast(
    brief: AdBrief,
    storyboard: Storyboard,
    routes: Mapping[str, Route],
    registry: Registry,
    foretell: Foretell,
) -> Forecast:
    """Foretell every shot, and the ad from those that a model imagines, weighed by their length."""
    answers = foretell(questions(storyboard, routes, registry))
    shots = []
    for shot, prediction in zip(storyboard.scenes, answers.predictions, strict=True):
        route = routes[shot.id]
        generative = registry.model(route.provider, route.model).generative
        note = "" if generative else DRAWN
        shots.append(
            ShotForecast(shot.id, shot.prompt, route.provider, route.model, generative, prediction, note)
        )
    lengths = [len(shot.frames) for shot in storyboard.scenes]
    return Forecast(
        brief.project.name,
        _weighed(shots, lengths, "chance"),
        _weighed(shots, lengths, "low"),
        _weighed(shots, lengths, "high"),
        tuple(shots),
        is_prior=answers.is_prior,
        labels=answers.labels,
    )


def _weighed(shots: list[ShotForecast], lengths: list[int], name: str) -> float | None:
    told = [
        (float(value), length)
        for shot, length in zip(shots, lengths, strict=True)
        if shot.generative and (value := getattr(shot.prediction, name)) is not None
    ]
    total = sum(length for _, length in told)
    return round(sum(value * length for value, length in told) / total, 3) if total else None
