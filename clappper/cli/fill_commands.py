"""The commands about pictures between pictures, seams and mattes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from clappper.base.errors import UnusableInputError
from clappper.cli.console import Ending, ends_well, progress_bars
from clappper.cli.options import FILE, json_flag

if TYPE_CHECKING:
    from clappper.app import Studio
    from clappper.base.units import FrameRate

BACKENDS = click.Choice(["auto", "dis", "rife", "rife-best", "rife-onnx", "rife-vulkan"])


@click.command()
@click.argument("source", metavar="IN", type=FILE)
@click.option("--fps", default="", help="The new rate: 60, 29.97 or 30000/1001.")
@click.option("--factor", type=int, help="Or how many times the clip's own rate: 2 to 8.")
@click.option("--backend", type=BACKENDS, default="auto", show_default=True, help="What makes the pictures.")
@click.option("--out", type=FILE, required=True, help="The MP4 to write.")
@json_flag
@click.pass_obj
@ends_well
def interpolate(
    studio: Studio, source: Path, fps: str, factor: int | None, backend: str, out: Path, as_json: bool
) -> Ending:
    """Make the clip IN smoother or fit for another frame rate; cuts stay cuts."""
    from clappper.cli import fill_answers

    if bool(fps) == (factor is not None):
        raise UnusableInputError("Say how smooth the clip is to be.", "Give either --fps or --factor.")
    target = factor if factor is not None else _rate(fps)
    with progress_bars() as bars:
        made = studio.interpolate(source, out, target, backend, lambda done: bars(source.name, done, ""))
    fill_answers.show_smoothed(made, as_json=as_json)
    return Ending.DONE


@click.command()
@click.argument("video", type=FILE)
@json_flag
@click.pass_obj
@ends_well
def seams(studio: Studio, video: Path, as_json: bool) -> Ending:
    """Find where VIDEO was stitched and it shows: jumps, colour shifts, freezes, ghosts."""
    from clappper.cli import fill_answers

    found = studio.seams(video)
    fill_answers.show_seams(found, as_json=as_json)
    return Ending.FAILED if found.inspection.seams else Ending.DONE


@click.command()
@click.argument("source", metavar="IN", type=FILE)
@click.option(
    "--mode",
    type=click.Choice(["key", "person", "depth"]),
    required=True,
    help="By screen colour, people, or how near it is.",
)
@click.option(
    "--by",
    type=click.Choice(["selfie", "rvm", "modnet"]),
    default="selfie",
    show_default=True,
    help="The network for people; all but selfie are fetched (clappper models).",
)
@click.option("--screen", default="", help="The screen's colour, as #00B140; default: found by itself.")
@click.option("--over", "behind", default="", help="A colour, picture or clip to lay the cut-out over.")
@click.option(
    "--shrink", type=float, default=0.0, help="Draw the edge in (out: below 0), thousandths of height."
)
@click.option("--soften", type=float, default=0.0, help="Soften the edge, in thousandths of the height.")
@click.option(
    "--steady", type=click.FloatRange(0, 1), default=0.4, show_default=True, help="How much the past counts."
)
@click.option("--out", type=FILE, required=True, help="The MP4 to write: the matte, or the result.")
@json_flag
@click.pass_obj
@ends_well
def matte(
    studio: Studio,
    source: Path,
    mode: str,
    by: str,
    screen: str,
    behind: str,
    shrink: float,
    soften: float,
    steady: float,
    out: Path,
    as_json: bool,
) -> Ending:
    """Cut the subject out of the clip IN: its matte, white for what stays, or the subject over something."""
    from clappper.cli import fill_answers
    from clappper.media.matte.film import By, Matting, Mode

    matting = Matting(Mode(mode), screen, shrink, soften, steady, By(by))
    with progress_bars() as bars:
        made = studio.matte(source, out, matting, behind, lambda done: bars(source.name, done, ""))
    fill_answers.show_matte(made, as_json=as_json)
    return Ending.DONE


def _rate(text: str) -> FrameRate:
    """Read a rate as people write it; 23.976, 29.97 and 59.94 mean the exact ones of broadcasting."""
    from fractions import Fraction

    from clappper.base.units import FrameRate

    try:
        value = Fraction(text)
        whole = round(value)
        if whole and value.denominator != 1 and abs(value - Fraction(whole * 1000, 1001)) < Fraction(1, 200):
            value = Fraction(whole * 1000, 1001)
        return FrameRate(value.numerator, value.denominator)
    except (ValueError, ZeroDivisionError) as error:
        raise UnusableInputError(
            f"{text} is not a frame rate.", "Write it like 60, 29.97 or 30000/1001."
        ) from error
