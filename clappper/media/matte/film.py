"""The matte of a whole clip as a clip, or the cut-out laid over something else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import numpy as np

from clappper.base.errors import UnusableInputError
from clappper.media.audio import read_audio
from clappper.media.colour import codes_of_hex
from clappper.media.decode import FrameReader, PictureReader, StillReader
from clappper.media.encode import FrameWriter
from clappper.media.encoding import Encoding
from clappper.media.matte.edges import Steadier, refined
from clappper.media.matte.key import Alpha, Cut, Key, screen_named
from clappper.media.matte.person import PersonMatte
from clappper.media.matte.settle import over
from clappper.media.models import ModelStore
from clappper.media.picture import Yuv
from clappper.media.probe import MediaFacts, probe

OPTIONS = {"preset": "veryfast", "crf": "14"}
DEPTH = "depth-anything-v2-small"


class Mode(StrEnum):
    """By the colour of the screen behind, by what is a person, or by how near it is."""

    KEY = "key"
    PERSON = "person"
    DEPTH = "depth"


class By(StrEnum):
    """Which network tells what a person is; all but the first are fetched."""

    SELFIE = "selfie"
    RVM = "rvm"
    MODNET = "modnet"

    @property
    def label(self) -> str:
        """Its name for people."""
        return {By.SELFIE: "The built-in network", By.RVM: "Robust Video Matting", By.MODNET: "MODNet"}[self]


class Cutter(Protocol):
    """Cuts the subject out of pictures, in their order. ``facts`` say for a sidecar what did it."""

    @property
    def facts(self) -> dict[str, str]: ...

    def cut(self, picture: Yuv) -> Cut: ...


@dataclass(frozen=True, slots=True)
class Matting:
    """How to cut. ``screen`` is ``#RRGGBB``, or empty to find it; ``by`` is the network for people.

    ``shrink`` and ``soften`` are thousandths of the height; ``steady`` is how much the picture before counts,
    0 to 1.
    """

    mode: Mode
    screen: str = ""
    shrink: float = 0.0
    soften: float = 0.0
    steady: float = 0.4
    by: By = By.SELFIE


@dataclass(frozen=True, slots=True)
class Matted:
    """What was written; ``kept`` is the mean share of the picture that stayed, ``facts`` what cut it."""

    frames: int
    kept: float
    facts: dict[str, str]


def open_cutter(matting: Matting, models: ModelStore) -> Cutter:
    """Open what cuts.

    Raises:
        MissingModelError: the network is not here, or damaged.
        UnusableInputError: ONNX Runtime, which it needs, is not installed.
    """
    if matting.mode is Mode.KEY:
        return Key(screen_named(matting.screen) if matting.screen else None)
    if matting.mode is Mode.DEPTH:
        from clappper.media.matte.networks import DepthMap

        return DepthMap(models.get(DEPTH))
    model = models.get(matting.by.value)
    if matting.by is By.SELFIE:
        return PersonMatte(model)
    from clappper.media.matte.networks import ModnetMatte, RvmMatte

    return RvmMatte(model) if matting.by is By.RVM else ModnetMatte(model)


def write_matte(
    source: Path,
    destination: Path,
    matting: Matting,
    models: ModelStore,
    behind: str | Path = "",
    report: Callable[[float], None] = lambda _: None,
) -> Matted:
    """Write a clip's matte, white for what stays; or with ``behind`` (a colour or a file) the clip over that.

    Raises:
        UnusableInputError: the source is no clip, or what is to be behind cannot be read.
        ClappperError: the destination cannot be written.
    """
    facts = probe(source)
    if facts.kind != "video":
        raise UnusableInputError(f"{source.name} is no clip.", "Choose a file with moving pictures.")
    counted = None if facts.is_variable_rate else facts.frame_count
    total = max(1, counted or facts.rate.frame_at(facts.duration_seconds))
    size = facts.width + facts.width % 2, facts.height + facts.height % 2
    cutter, steadier, kept = open_cutter(matting, models), Steadier(matting.steady), 0.0
    ground = _Ground(behind, facts, size)
    sound = read_audio(source) if facts.has_audio and behind else None
    with (
        FrameReader(source, rate=facts.rate, width=size[0], height=size[1]) as reader,
        FrameWriter(destination, Encoding(*size, facts.rate, options=OPTIONS), sound) as writer,
    ):
        for frame in range(total):
            cut = cutter.cut(reader.at(frame))
            edge = refined(cut.alpha, shrink=matting.shrink, soften=matting.soften)
            alpha = steadier.steadied(cut.picture.y, edge)
            kept += float(alpha.mean()) / total
            under = ground.at(frame)
            writer.write(grey(alpha) if under is None else over(cut.picture, alpha, under))
            report((frame + 1) / total)
    ground.close()
    return Matted(total, kept, cutter.facts)


def grey(alpha: Alpha) -> Yuv:
    """Give a matte as a picture: 16 for what goes, 235 for what stays."""
    y = np.rint(16 + 219 * alpha).astype(np.uint8)
    half = np.full((y.shape[0] // 2, y.shape[1] // 2), 128, np.uint8)
    return Yuv(y, half, half)


class _Ground:
    """What lies behind: nothing, a colour, a still or a clip, which is held where it ends."""

    def __init__(self, behind: str | Path, facts: MediaFacts, size: tuple[int, int]) -> None:
        self._plain: Yuv | None = None
        self._reader: PictureReader | None = None
        width, height = size
        if isinstance(behind, str) and behind.startswith("#"):
            self._plain = Yuv.empty(width, height)
            for plane, code in zip(self._plain.planes, codes_of_hex(behind), strict=True):
                plane.fill(code)
        elif behind:
            path = Path(behind)
            if probe(path).kind == "video":
                self._reader = FrameReader(path, rate=facts.rate, width=width, height=height)
            else:
                self._reader = StillReader(path, width=width, height=height)

    def at(self, frame: int) -> Yuv | None:
        return self._plain if self._reader is None else self._reader.at(frame)

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()
