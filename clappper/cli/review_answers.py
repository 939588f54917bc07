"""What the judging commands print: tables for people, or one JSON object for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape

from clappper.cli.answers import plain
from clappper.cli.console import answer_json, say

if TYPE_CHECKING:
    from clappper.flow.forecast import Forecast, ShotForecast
    from clappper.review.predictor import Prediction


def show_forecast(found: Forecast, *, as_json: bool) -> None:
    """Tell every shot's chance with its interval and reasons."""
    if as_json:
        answer_json({"ok": True} | plain(found))
        return
    whole = "nothing here is generated from words" if found.chance is None else _band(found)
    say(f"[bold]{escape(found.name)}[/]  predicted pass: {whole}")
    basis = "public ratings only (prior)" if found.is_prior else f"{found.labels} of your own ratings"
    say(f"[dim]from {basis}; it is advice and stops nothing[/]")
    for shot in found.shots:
        _say_shot(shot)


def _say_shot(shot: ShotForecast) -> None:
    told = shot.prediction
    said = escape(told.abstained) if told.chance is None else f"{_band(told)}, quality {told.quality}"
    say(f"[bold]{escape(shot.shot_id)}[/]  {escape(shot.provider)}  {said}")
    if shot.note:
        say(f"    [dim]{escape(shot.note)} A text-to-video model would get this.[/]")
    for reason in told.reasons:
        say(f"    {100 * reason.effect:+5.1f}  {escape(reason.text)}")


def _band(told: Forecast | Prediction) -> str:
    low, chance, high = (f"{100 * (value or 0):.0f}" for value in (told.low, told.chance, told.high))
    return f"{chance} % ({low} to {high} %)"
