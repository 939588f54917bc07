"""What the judging commands print: tables for people, or one JSON object for programs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from clappper.cli.answers import plain
from clappper.cli.console import answer_json, say, say_table

if TYPE_CHECKING:
    from clappper.brief.rewrite import Rewrite
    from clappper.flow.briefing.forecast import Forecast, ShotForecast
    from clappper.flow.briefing.second_opinion import SecondOpinion
    from clappper.flow.learning.prompt_history import PastPrompt
    from clappper.flow.reviewing.judgements import Report
    from clappper.review.metrics import Measured
    from clappper.review.prediction import Prediction


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


def show_metrics(found: Sequence[Measured], *, as_json: bool) -> None:
    """List every number with its place among the reference clips, and what could not be computed."""
    if as_json:
        answer_json({"ok": True, "metrics": {one.name: plain(one) for one in found}})
        return
    table = Table("metric", "value", "place", "", box=None, header_style="dim", padding=(0, 2, 0, 0))
    for one in found:
        if one.value is not None:
            place = "" if one.percentile is None else f"higher than {one.percentile} % of clips"
            kind = "" if one.is_quality else "[dim]a fact, not quality[/]"
            told = f"[dim]{escape(one.reason)}[/]" if one.reason else kind
            table.add_row(one.text, f"{one.value:g} {one.unit}".strip(), place, told)
    say_table(table)
    for reason in dict.fromkeys(one.reason for one in found if one.value is None):
        names = ", ".join(one.text for one in found if one.value is None and one.reason == reason)
        say(f"[dim]{escape(names)}: {escape(reason)}[/]")


def show_report(found: Report, *, as_json: bool) -> None:
    """Tell how far people agree, what wins, and what should be made again."""
    if as_json:
        answer_json({"ok": True} | plain(found))
        return
    say(f"{found.ratings} ratings of {found.clips} clips by {escape(', '.join(found.reviewers) or 'nobody')}")
    for one in found.agreement:
        said = one.note if one.alpha is None else f"{one.alpha:.2f} ({one.low:.2f} to {one.high:.2f})"
        say(f"alpha {escape(one.what)}: {escape(said)}")
    for clip in found.strengths:
        band = f"{clip.score:+.2f} ({clip.low:+.2f} to {clip.high:+.2f})"
        say(f"{clip.asset_id}  {band}, {clip.compared} choices")
    for name, why in found.flagged.items():
        say(f"[yellow]make again?[/] {name}: {escape(', '.join(why))}")


def show_done(facts: dict[str, Any], told: str, *, as_json: bool) -> None:
    """Tell that a thing was done."""
    if as_json:
        answer_json({"ok": True} | facts)
    else:
        say(escape(told))


PIECES = {"same": "{}", "removed": "[red strike]{}[/]", "added": "[green underline]{}[/]"}


def show_rewrites(offers: Sequence[Rewrite], out: Path | None, *, as_json: bool) -> None:
    """Show each offer with its gain and its changed words."""
    if as_json:
        rows = [
            {
                "title": one.title,
                "score": one.score,
                "score_delta": one.score_delta,
                "must_fixes": one.must_fixes,
                "chance": one.chance,
                "changes": [{"field": c.field, "before": c.before, "after": c.after} for c in one.changes],
            }
            for one in offers
        ]
        answer_json({"ok": True, "rewrites": rows, "written": str(out) if out else None})
        return
    if not offers:
        say("No rewrite would score higher than the brief as it is.")
    for one in offers:
        say(f"[bold]{escape(one.title)}[/]  {one.score} points ({one.score_delta:+d})")
        for change in one.changes:
            words = " ".join(PIECES[kind].format(escape(text)) for kind, text in change.pieces)
            say(f"    [dim]{escape(change.field)}[/]  {words}")
    if out is not None:
        say(f"Wrote the first to {escape(str(out))}.")


def show_opinion(found: SecondOpinion, *, as_json: bool) -> None:
    """Tell the rubric's score, the model's within its bounds, and its remarks."""
    if as_json:
        answer_json({"ok": True} | plain(found))
        return
    if found.missing:
        say(f"{found.rubric} points by the rubric. [yellow]{escape(found.missing)}[/]")
        return
    asked = f"{found.model} at {found.host}"
    say(f"{found.rubric} points by the rubric, {found.overall} with the opinion of {escape(asked)}.")
    for name, points in found.grades.items():
        say(f"    {name} {points}")
    for remark in found.remarks:
        say(f"    {escape(remark)}")


def show_prompts(found: Sequence[PastPrompt], *, as_json: bool) -> None:
    """List earlier prompts with their outcome, the newest first."""
    if as_json:
        rows = [plain(one) | {"outcome": one.outcome} for one in found]
        answer_json({"ok": True, "prompts": rows})
        return
    if not found:
        say("No such prompt.")
        return
    table = Table(box=None, pad_edge=False)
    for name in ("Passed", "Rating", "Then", "Now", "Cost", "Made by", "Aspect", "Asked for"):
        table.add_column(name, overflow="fold" if name == "Asked for" else "ellipsis")
    for one in found:
        table.add_row(
            f"{one.passed} of {one.judged}" if one.judged else "not judged",
            f"{one.rating:.1f}" if one.rating is not None else "",
            *("" if chance is None else f"{chance:.0%}" for chance in (one.then, one.now)),
            str(one.cost) if one.cost is not None else "unknown",
            escape(f"{one.provider} {one.model}"),
            one.aspect,
            escape(one.prompt),
        )
    say_table(table)


def show_service(address: str, token: str, *, as_json: bool) -> None:
    """Tell where the service listens and what it wants to be shown."""
    if as_json:
        answer_json({"ok": True, "address": address, "token": token})
        return
    say(f"Listening at [bold]{address}[/] for programs on this machine; Ctrl+C ends it.")
    say(f"Authorization: Bearer {escape(token)}")
    say("[dim]POST /predict takes a brief, or a prompt with a provider. GET /health tells the model.[/]")
