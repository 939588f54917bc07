"""Making a clip smoother, or fit for another frame rate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from clappper.base.errors import UnusableInputError
from clappper.base.paths import AppPaths
from clappper.base.units import FrameRate
from clappper.flow.clips.local_files import describe
from clappper.media.interpolate.backends import Backend, choose
from clappper.media.interpolate.film import Interpolated, write_interpolated
from clappper.media.models import ModelStore

MODELS_LIST = "models.toml"


@dataclass(frozen=True, slots=True)
class Smoothed:
    """The file that was written, and what made its new pictures."""

    path: Path
    made: Interpolated
    facts: dict[str, str]


def interpolate(
    source: Path,
    out: Path,
    target: FrameRate | int,
    backend: Backend,
    paths: AppPaths,
    report: Callable[[float], None],
) -> Smoothed:
    """Write ``source`` at the rate ``target``, or at ``target`` times its own, and a sidecar beside it.

    Raises:
        UnusableInputError: the source is no clip, the rate makes no sense, or the back-end is missing.
        ClappperError: ``out`` cannot be written.
    """
    if out.exists() and out.samefile(source):
        raise UnusableInputError(
            "The new clip would replace the one it is made from.", "Choose another --out."
        )
    interpolator = choose(model_store(paths), backend)
    made = write_interpolated(source, out, interpolator, target, report)
    describe(out, source, "interpolate", dict(interpolator.facts), datetime.now(UTC))
    return Smoothed(out, made, dict(interpolator.facts))


def model_store(paths: AppPaths) -> ModelStore:
    """Open the person's models."""
    return ModelStore.open(paths.models, paths.config / MODELS_LIST)
