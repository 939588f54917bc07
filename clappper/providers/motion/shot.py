"""What a request asks for, read once: sizes, colours, words and pictures."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from clappper.base.errors import UnusableInputError
from clappper.base.units import FrameRate
from clappper.media.still import load_rgba
from clappper.providers.contract import GenRequest, Role
from clappper.providers.motion.arrays import Bytes
from clappper.providers.motion.colour import Lch, Palette, from_hex, palette_of
from clappper.providers.motion.cutout import Cutout
from clappper.providers.motion.shelf import Shelf
from clappper.providers.motion.words import Reading, read

SCENE_TYPES = ("packshot", "lifestyle", "montage", "endcard")
MOVES = ("static", "dolly_in", "dolly_out", "pan", "tilt", "orbit")
DEFAULT_FOCAL_MM = 35.0
DEFAULT_COLOUR = "#3A5BA0"
BLACK_BRAND = 0.25


@dataclass(frozen=True, slots=True)
class Shot:
    """One clip to draw.

    ``core`` is the part in the middle that every aspect shows, as fractions of width and height; the
    composition keeps to it. ``cutout`` is None when there is no product or it cannot be lifted off.
    """

    width: int
    height: int
    core: tuple[float, float]
    rate: FrameRate
    frames: int
    seed: int
    scene: str
    camera_move: str
    focal_mm: float
    reading: Reading
    brand: tuple[str, ...]
    palette: Palette
    cutout: Cutout | None
    plates: tuple[Bytes, ...]
    beats: tuple[float, ...]

    @property
    def unit(self) -> int:
        """The core's shorter side, the measure of all composition, in pixels."""
        return round(min(self.core_width, self.core_height))

    @property
    def core_width(self) -> float:
        return self.width * self.core[0]

    @property
    def core_height(self) -> float:
        return self.height * self.core[1]

    @property
    def is_tall(self) -> bool:
        return self.core_height > 1.2 * self.core_width

    @property
    def is_wide(self) -> bool:
        return self.core_width > 1.2 * self.core_height

    @property
    def seconds(self) -> float:
        return float(self.frames / self.rate.fps)

    @property
    def stride(self) -> float:
        """Scale camera moves down for clips too short to make them gently."""
        return min(1.0, self.seconds / 2.0)

    def rng(self, salt: int = 0) -> np.random.Generator:
        """Give a fresh stream of this shot's own randomness."""
        return np.random.default_rng((self.seed & 0xFFFFFFFF, salt))


def read_shot(request: GenRequest, shelf: Path | None = None) -> Shot:
    """Read a request; ``shelf`` is a folder that keeps cut-outs.

    Raises:
        UnusableInputError: a colour or a number that makes no sense, or a picture that cannot be read.
    """
    extra = request.extra
    scene = str(extra.get("scene_type") or "packshot")
    if scene not in SCENE_TYPES:
        raise UnusableInputError(f"scene_type is {scene!r}.", f"Use one of {', '.join(SCENE_TYPES)}.")
    brand = tuple(str(colour) for colour in extra.get("brand_colors") or (DEFAULT_COLOUR,))
    _check_colours(brand)
    styles = " ".join(str(style) for style in extra.get("styles") or ())
    intent = " ".join((str(extra.get("intent") or ""), request.prompt))
    reading = read(intent, f"{styles} {extra.get('lighting') or ''}")
    pictures = [_picture(Path(file.path)) for file in request.files if file.role is Role.PRODUCT]
    references = [_picture(Path(file.path)) for file in request.files if file.role is Role.REFERENCE]
    cutout = next((found for found in map(Shelf(shelf).cutout, pictures) if found), None)
    rate = Fraction(request.fps).limit_denominator(1001)
    temperature = str(extra.get("palette") or "")
    return Shot(
        width=request.width // 2 * 2,
        height=request.height // 2 * 2,
        core=_core(extra.get("core")),
        rate=FrameRate(rate.numerator, rate.denominator),
        frames=max(1, round(Fraction(request.seconds) * rate)),
        seed=request.seed,
        scene=scene,
        camera_move=str(extra.get("move") or "static"),
        focal_mm=float(np.clip(float(extra.get("focal_length_mm") or DEFAULT_FOCAL_MM), 12, 200)),
        reading=reading,
        brand=brand,
        palette=palette_of(
            brand,
            temperature=temperature or reading.temperature,
            mood_dark=_mood_dark(scene, brand, reading, styles),
            product_lightness=cutout.lightness if cutout else None,
        ),
        cutout=cutout,
        plates=tuple(references or ([] if cutout else pictures)),
        beats=tuple(float(beat) for beat in extra.get("beats") or ()),
    )


def _core(value: object) -> tuple[float, float]:
    if not isinstance(value, list | tuple) or len(value) != 2:
        return 1.0, 1.0
    across, down = (float(np.clip(float(part), 0.3, 1.0)) for part in value)
    return across, down


def _mood_dark(scene: str, brand: tuple[str, ...], reading: Reading, styles: str) -> bool | None:
    """Let the words decide; but an end card belongs to the brand, and a black brand's is black."""
    black = min(Lch.of(from_hex(colour)).lightness for colour in brand) < BLACK_BRAND
    if scene == "endcard" and black and read("", styles).dark is not False:
        return True
    return reading.dark


def _check_colours(brand: tuple[str, ...]) -> None:
    for colour in brand:
        try:
            from_hex(colour)
        except ValueError as error:
            raise UnusableInputError(
                f"brand_colors holds {colour!r}, which is no colour.", "Write it as #D4AF37."
            ) from error


def _picture(path: Path) -> Bytes:
    return load_rgba(path, width=2048)
