"""What the commands about pictures between pictures, seams and mattes print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape

from clappper.cli.answers import plain
from clappper.cli.console import answer_json, say

if TYPE_CHECKING:
    from clappper.flow.interpolate import Smoothed


def show_smoothed(smoothed: Smoothed, *, as_json: bool) -> None:
    """Tell where the new clip is, and what made its pictures."""
    made = smoothed.made
    if as_json:
        facts = {"file": str(smoothed.path), "made_by": smoothed.facts} | plain(made)
        answer_json({"ok": True, "exit_code": 0} | facts)
        return
    say(f"[bold]{escape(str(smoothed.path))}[/]")
    say(
        f"{made.source_frames} frames at {float(made.source_rate.fps):g} a second became"
        f" {made.frames} at {float(made.rate.fps):g}, by {smoothed.facts['interpolator']}."
    )
    if made.cuts:
        said = "1 cut was" if len(made.cuts) == 1 else f"{len(made.cuts)} cuts were"
        say(f"{said} kept hard, at frame {', '.join(map(str, made.cuts))}.")
