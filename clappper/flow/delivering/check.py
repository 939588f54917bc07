"""Measuring a finished file against its brief, with the timeline it was made from where that is known."""

from __future__ import annotations

from pathlib import Path

from clappper.flow.briefs import read_brief
from clappper.media.probe import probe
from clappper.render.canvas import ASPECTS
from clappper.render.checks import check
from clappper.render.verdicts import CheckReport


def check_file(video: Path, brief_path: Path, aspect: str = "") -> CheckReport:
    """Check a file. Without ``aspect`` it is the one whose size the file has, else the brief's.

    Raises:
        UnusableInputError: the file or the brief cannot be used, or there is no such aspect.
    """
    brief = read_brief(brief_path)
    facts = probe(video)
    sizes = {size: name for name, size in ASPECTS.items()}
    chosen = aspect or sizes.get((facts.width, facts.height), brief.project.aspect)
    return check(video, brief, aspect=chosen, folder=brief_path.parent)
