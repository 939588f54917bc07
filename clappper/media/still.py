"""Pictures from anywhere as one thing: upright, sRGB, 8 bits, straight alpha.

Logos and packshots come 16-bit, CMYK, palettized, sideways, or 20 000 pixels wide. A picture within
reason is reduced rather than refused; one that would fill the memory is refused before it is decoded.
"""

from __future__ import annotations

import io
import struct
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageCms, ImageOps

from clappper.base.errors import UnusableInputError
from clappper.media.drawing import MAX_SIDE, Rgba, drawing_size, render_drawing
from clappper.media.sniff import USABLE, Family, Format, sniff

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_PIXELS = 200_000_000
_ORIENTATION = 0x0112
_MODES_WITH_ALPHA = frozenset({"RGBA", "LA", "PA", "RGBa", "La"})
_BROKEN = "Export or download it again."


@dataclass(frozen=True, slots=True)
class PictureSize:
    """``width`` and ``height`` are upright, as the picture is shown; ``mode`` is Pillow's."""

    width: int
    height: int
    mode: str
    has_alpha: bool
    is_animated: bool = False


def load_rgba(path: Path, *, width: int = 0) -> Rgba:
    """Load a picture as shape (height, width, 4): sRGB with straight alpha, turned upright.

    A drawing (SVG) is rendered ``width`` pixels wide; a larger picture is reduced to that width, a
    smaller one stays as it is. ``width`` 0 keeps the picture's own size. No side exceeds ``MAX_SIDE``.
    Of an animation, this is the first frame.

    Raises:
        UnusableInputError: no picture, damaged, or above ``MAX_PIXELS``.
    """
    found = sniff(path)
    if found.family is Family.DRAWING:
        return render_drawing(path, width)
    with _opened(path, found) as image:
        image.draft("RGB", _reduced(image.size, width))
        upright = ImageOps.exif_transpose(image)
        reduced = _reduce(_as_srgb(upright), width)
        return np.array(reduced.convert("RGBA"))


def measure_picture(path: Path) -> PictureSize:
    """Read a picture's size from its header, without decoding it.

    Raises:
        UnusableInputError: as ``load_rgba``.
    """
    found = sniff(path)
    if found.family is Family.DRAWING:
        width, height = drawing_size(path)
        return PictureSize(round(width), round(height), "RGBA", has_alpha=True)
    with _opened(path, found) as image:
        is_sideways = image.getexif().get(_ORIENTATION, 1) in {5, 6, 7, 8}
        width, height = image.size[::-1] if is_sideways else image.size
        return PictureSize(
            width,
            height,
            image.mode,
            has_alpha=image.mode in _MODES_WITH_ALPHA or "transparency" in image.info,
            is_animated=found.name != "JPEG" and getattr(image, "n_frames", 1) > 1,
        )


def has_useful_alpha(rgba: Rgba) -> bool:
    """Whether at least half a percent of a picture is see-through, and not all of it."""
    alpha = rgba[..., 3]
    return bool(alpha.any() and (alpha < 250).mean() > 0.005)


@contextmanager
def _opened(path: Path, found: Format) -> Iterator[Image.Image]:
    """Open with the one decoder the content asks for; all that decoders raise becomes one sentence."""
    if found.family is not Family.PICTURE and found.name != "GIF":
        raise UnusableInputError(f"{path.name} is {found.name}, not a picture.", USABLE)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=(found.name.upper(),)) as image:
                _refuse_huge(path, *image.size)
                yield image
    except Image.DecompressionBombError as error:
        raise UnusableInputError(f"{path.name} has too many pixels.", "Export it smaller.") from error
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, ImageCms.PyCMSError) as error:
        raise UnusableInputError(
            f"{path.name} is damaged or cut off: it cannot be read as {found.name}.", _BROKEN
        ) from error


def _refuse_huge(path: Path, width: float, height: float) -> None:
    if width * height > MAX_PIXELS:
        raise UnusableInputError(
            f"{path.name} is {width:.0f}x{height:.0f}, more than {MAX_PIXELS // 10**6} million pixels.",
            "Export it smaller.",
        )


def _reduced(size: tuple[int, int], width: int) -> tuple[int, int]:
    """Give the size to reduce to: within ``width`` (0 = any) and ``MAX_SIDE``, never larger than it is."""
    limit = width or MAX_SIDE
    scale = min(1.0, limit / size[0], MAX_SIDE / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _reduce(image: Image.Image, width: int) -> Image.Image:
    """Reduce with alpha weighting: by a whole factor first, which is quick, then exactly."""
    wanted = _reduced(image.size, width)
    if wanted == image.size:
        return image
    factor = min(image.width // wanted[0], image.height // wanted[1]) // 2
    coarse = image.reduce(factor) if factor > 1 else image
    return coarse.resize(wanted, Image.Resampling.LANCZOS)


def _as_srgb(image: Image.Image) -> Image.Image:
    """Bring any mode to 8-bit RGB or RGBA, through the embedded profile where there is one."""
    if image.mode.startswith(("I", "F")):
        return _from_deep_grey(image)
    profile = image.info.get("icc_profile")
    if profile and image.mode in {"RGB", "RGBA", "CMYK", "L"}:
        return _through_profile(image, profile)
    has_alpha = image.mode in _MODES_WITH_ALPHA or "transparency" in image.info
    return image.convert("RGBA" if has_alpha else "RGB")


def _from_deep_grey(image: Image.Image) -> Image.Image:
    """Scale 16-bit grey (0..65535) or floating-point grey (0..1) to 8 bits."""
    values = np.asarray(image, dtype=np.float64)
    full = 65535.0 if image.mode.startswith("I") else max(1.0, float(np.nanmax(values)))
    grey = np.clip(np.nan_to_num(values) * (255.0 / full), 0, 255).round().astype(np.uint8)
    return Image.fromarray(grey).convert("RGB")


def _through_profile(image: Image.Image, profile: bytes) -> Image.Image:
    """Convert to sRGB; a profile that does not fit the picture is ignored, as browsers do."""
    colour = image.convert("RGB") if image.mode == "RGBA" else image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(colour, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        converted = None
    result = converted or colour.convert("RGB")
    if image.mode == "RGBA":
        result.putalpha(image.getchannel("A"))
    return result
