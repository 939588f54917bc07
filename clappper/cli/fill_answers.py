"""What the commands about pictures between pictures, seams and mattes print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.markup import escape

from clappper.cli.answers import plain
from clappper.cli.console import answer_json, say

if TYPE_CHECKING:
    from clappper.flow.clips.interpolate import Smoothed
    from clappper.flow.clips.matte import CutOut
    from clappper.flow.clips.seams import Inspected
    from clappper.flow.models import ModelLine


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


WORDS = {
    "jump": "the motion jumps",
    "colour": "the colour shifts",
    "freeze": "the picture is held",
    "ghost": "two pictures show at once",
}


def show_seams(found: Inspected, *, as_json: bool) -> None:
    """List the seams of a clip with their times, and how far what is seen drifts across each."""
    inspection, rate = found.inspection, found.rate
    if as_json:
        answer_json(_seam_facts(found))
        return
    for seam in inspection.seams:
        say(
            f"{rate.seconds_at(seam.frame):7.2f} s  frame {seam.frame:5}  {WORDS[seam.kind]}"
            f"  [dim]{seam.strength:.1f} x the limit[/]"
        )
        for one in found.drifts:
            if one.frame == seam.frame:
                say(f"  [dim]{escape(str(one))}[/]")
    count = len(inspection.seams)
    said = "No seam shows" if not count else "1 seam shows" if count == 1 else f"{count} seams show"
    say(f"{said} in {inspection.frames} frames with {len(inspection.cuts)} cuts.")


def _seam_facts(found: Inspected) -> dict[str, Any]:
    inspection, rate = found.inspection, found.rate

    def place(frame: int) -> dict[str, Any]:
        drifts = [plain(one) | {"times": one.times} for one in found.drifts if one.frame == frame]
        return {"frame": frame, "seconds": rate.seconds_at(frame), "drift": drifts}

    return {
        "ok": not inspection.seams,
        "exit_code": int(bool(inspection.seams)),
        "file": str(found.path),
        "frames": inspection.frames,
        "rate": plain(rate),
        "seams": [plain(seam) | place(seam.frame) for seam in inspection.seams],
        "stitches": [place(frame) for frame in found.stitches],
        "cuts": list(inspection.cuts),
    }


def show_matte(cut: CutOut, *, as_json: bool) -> None:
    """Tell where the matte is, and how much of the picture stayed."""
    if as_json:
        facts = {"file": str(cut.path), "mode": cut.matting.mode.value} | plain(cut.made)
        answer_json({"ok": True, "exit_code": 0} | facts)
        return
    say(f"[bold]{escape(str(cut.path))}[/]")
    say(f"{cut.made.frames} frames, {cut.made.kept:.0%} of the picture stays.")
    if cut.made.kept > 0.995 and cut.matting.mode.value == "key":
        say("No screen was found: nearly all of the picture stays.")


def show_models(lines: tuple[ModelLine, ...], *, as_json: bool) -> None:
    """List models: what they are for, whose, under which licence, and whether they are here."""
    if as_json:
        models = [plain(line.card) | {"state": str(line.state), "folder": str(line.place)} for line in lines]
        answer_json({"ok": True, "exit_code": 0, "models": models})
        return
    for line in lines:
        card = line.card
        size = f", {card.size_bytes / 1e6:.0f} MB" if card.size_bytes else ""
        say(f"[bold]{escape(card.id)}[/]  {line.state}{'' if not card.shipped else ', built in'}")
        say(f"  {escape(card.title)}: {escape(card.purpose)}  [dim]{escape(card.licence)}{size}[/]")
        if line.state == "missing":
            say(f"  [dim]clappper models get {escape(card.id)} --agree {escape(card.licence)}[/]")
        if card.needs and not card.shipped:
            say(f"  [dim]needs: {escape(card.needs)}[/]")
