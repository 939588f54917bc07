"""The predictor that is best here, and what it has earned; it lies in a folder beside the fetched models."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clappper.review.learning import Standing
    from clappper.review.predictor import Predictor

STANDING = "standing.json"


def library(models: Path) -> Path:
    """Name the folder where a user's ratings and what is learned from them lie."""
    return models.with_name("predictor")


def load_predictor_of(models: Path) -> Predictor:
    """Load the user's own predictor where there is one, else the shipped prior; both live by ``models``.

    The prior's chances are moved to what the user's first ratings say of how strict they are.
    """
    from clappper.media.models import ModelStore
    from clappper.review.prior import own_predictor, shipped_prior

    prior = shipped_prior(ModelStore.open(models))
    own = own_predictor(library(models), prior)
    return own or prior.moved(standing_of(library(models)).level)


def standing_of(library: Path) -> Standing:
    """Read what the user's predictor has earned so far."""
    from clappper.review.calibration import Bin
    from clappper.review.learning import PRIOR_ONLY_BELOW, Figures, Standing

    try:
        stored = json.loads((library / STANDING).read_text("utf-8"))
        figures = stored["figures"]
        if figures is not None:
            figures = Figures(**{**figures, "bins": tuple(Bin(**one) for one in figures["bins"])})
        return Standing(**{**stored, "figures": figures})
    except (OSError, ValueError, TypeError, KeyError):
        return Standing(0, None, gate=False, reason=f"0 of {PRIOR_ONLY_BELOW} ratings.")


def stamp_of(models: Path) -> tuple[int, ...]:
    """Say when what ``load_predictor_of`` reads was written: another stamp, another predictor."""
    from clappper.review.prior import OWN

    files = (library(models) / name for name in (OWN, STANDING))
    return tuple(file.stat().st_mtime_ns if file.is_file() else 0 for file in files)
