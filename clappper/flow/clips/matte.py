"""Cutting the subject out of a clip."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from clappper.base.errors import UnusableInputError
from clappper.base.paths import AppPaths
from clappper.flow.clips.interpolate import model_store
from clappper.flow.clips.local_files import describe
from clappper.media.matte.film import Matted, Matting, Mode, write_matte

WIDEST_EDGE = 100


@dataclass(frozen=True, slots=True)
class CutOut:
    """The file that was written, and what was done."""

    path: Path
    matting: Matting
    made: Matted


def cut_out(
    source: Path, out: Path, matting: Matting, behind: str, paths: AppPaths, report: Callable[[float], None]
) -> CutOut:
    """Write the matte of ``source``, or the cut-out over ``behind``, and a sidecar beside it.

    Raises:
        UnusableInputError: the source is no clip, a colour is none, or what is behind cannot be read.
        ClappperError: ``out`` cannot be written, or the network is not on this machine.
    """
    for colour in (matting.screen, behind if behind.startswith("#") else ""):
        if colour and not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour):
            raise UnusableInputError(f"{colour} is no colour.", "Write it like #00B140.")
    if not (abs(matting.shrink) <= WIDEST_EDGE and 0 <= matting.soften <= WIDEST_EDGE):
        raise UnusableInputError(
            f"An edge is drawn in or softened by at most {WIDEST_EDGE} thousandths of the height.",
            "Try 2.",
        )
    if behind and matting.mode is Mode.DEPTH:
        raise UnusableInputError("A depth map cuts nothing out.", "Leave --over away.")
    if out.exists() and out.samefile(source):
        raise UnusableInputError("The matte would replace the clip it is made from.", "Choose another --out.")
    models = model_store(paths)
    made = write_matte(source, out, matting, models, behind, report)
    describe(out, source, "matte", {"mode": matting.mode.value, **made.facts}, datetime.now(UTC))
    return CutOut(out, matting, made)
