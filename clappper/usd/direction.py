"""From what a brief says to a scene recipe: which product stands there, its light, and its framing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clappper.usd.cameras import ELEVATION_DEG
from clappper.usd.recipe import SceneRecipe, recipe_of

PRODUCT_WORDS = {
    "watch": ("watch", "chrono", "chronograph", "timepiece", "wristwatch"),
    "phone": ("phone", "smartphone", "app", "handset"),
    "mug": ("mug", "cup"),
    "can": ("can", "soda", "beer", "lager", "seltzer", "energy drink", "cola"),
    "tube": ("tube", "toothpaste", "hand cream", "sunscreen", "lip balm", "ointment"),
    "jar": ("jar", "face cream", "moisturiser", "moisturizer", "honey", "jam", "candle", "body butter"),
    "box": ("box", "carton", "cereal", "tea", "chocolate", "board game", "puzzle", "kit"),
    "bottle": (
        "bottle", "perfume", "fragrance", "cologne", "wine", "whisky", "whiskey", "gin", "juice", "serum",
        "shampoo", "oil", "water", "syrup", "lotion", "sauce", "tonic",
    ),
}  # fmt: skip
PRESET_WORDS = {
    "neon": ("neon", "cyberpunk", "club", "synthwave", "nightlife"),
    "hard_rim": ("rim light", "rim-lit", "hard rim", "dramatic", "moody", "silhouette", "dark", "noir"),
    "golden_hour": ("golden hour", "sunset", "sunrise", "golden light", "late sun", "warm sun", "low sun"),
    "soft_top": ("soft top", "softbox", "soft light", "bright", "airy", "clean"),
}
THREE_QUARTERS_DEG = 35.0
_DEGREES = re.compile(
    r"\b(?P<degrees>[1-8]?\d)(\.\d+)?\s*(°|º|deg(ree)?s?\b)(?!\s*(celsius|c\b|f\b|fahrenheit))"
)
_THREE_QUARTERS = re.compile(r"\b(three|3)[- /]?(quarters?|4)\b")
ELEVATIONS = {"mug": 17.0}
"""From how far above a product is seen where words do not say; others from 7 degrees."""
_HEIGHTS = ((re.compile(r"\b(low angle|from below|hero angle)\b"), 1.0),
            (re.compile(r"\b(top[- ]down|overhead|bird'?s[- ]eye|flat[- ]lay)\b"), 65.0),
            (re.compile(r"\b(high angle|from above)\b"), 28.0))  # fmt: skip
BOXES = {
    "endcard": ((0.7, 0.2, 0.435), (0.9, 0.06, 0.41), (1.2, 0.05, 0.385), (99.0, 0.05, 0.39)),
    "packshot": ((0.7, 0.15, 0.575), (0.9, 0.12, 0.62), (1.2, 0.06, 0.66), (99.0, 0.18, 0.8)),
}
"""Where a product stands, above the words: for cores up to this width over height, its top and its bottom."""
WIDTHS = {"endcard": 0.7, "packshot": 0.74}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a shot asks for. Files are absolute paths; ``core`` as in ``recipe.Camera``.

    ``product``, ``preset``, ``backdrop`` and ``yaw_deg`` are what was chosen; where empty or None, the words
    decide.
    """

    scene_id: str
    scene_type: str
    words: str
    product_name: str
    seconds: float
    fps: float
    width: int
    height: int
    brand_name: str = ""
    line: str = ""
    styles: Sequence[str] = ()
    colours: Sequence[str] = ()
    logo: str | None = None
    label: str | None = None
    product: str = ""
    preset: str = ""
    backdrop: str | None = None
    yaw_deg: float | None = None
    usd_scene: str | None = None
    product_usd: str | None = None
    move: str = "static"
    focal_length: float = 50.0
    core: tuple[float, float] = (1.0, 1.0)
    quality: str = "standard"
    keyframe_step: int = 1
    seed: int = 0


def product_kind(*texts: str) -> str:
    """Find the studio product that words speak of, the earlier text first; empty for none."""
    for text in texts:
        said = text.lower()
        for kind, words in PRODUCT_WORDS.items():
            if any(re.search(rf"\b{re.escape(word)}(s|es)?\b", said) for word in words):
                return kind
    return ""


def light_preset(*texts: str) -> str:
    """Find the lighting preset that words speak of, the earlier text first."""
    for text in texts:
        said = text.lower()
        for preset, words in PRESET_WORDS.items():
            if any(re.search(rf"\b{re.escape(word)}\b", said) for word in words):
                return preset
    return "soft_top"


def turn_of(*texts: str) -> float:
    """Find by how many degrees words turn the product, the earlier text first; 0 where they do not say."""
    for text in texts:
        said = text.lower()
        if found := _DEGREES.search(said):
            return float(found["degrees"])
        if _THREE_QUARTERS.search(said):
            return THREE_QUARTERS_DEG
    return 0.0


def elevation_of(kind: str, words: str) -> float:
    """Find from how many degrees above words look at a product, else how its kind is usually seen."""
    said = words.lower()
    found = (degrees for pattern, degrees in _HEIGHTS if pattern.search(said))
    return next(found, ELEVATIONS.get(kind, ELEVATION_DEG))


def recipe_for(wish: Wish) -> SceneRecipe:
    """Direct one shot.

    Raises:
        UnusableInputError: a value of the wish cannot be used.
    """
    kind = wish.product or product_kind(wish.product_name, wish.words) or "bottle"
    preset = wish.preset or light_preset(wish.words, " ".join(wish.styles))
    own = wish.usd_scene or wish.product_usd
    fill, shift = _framing(wish)
    return recipe_of(
        {
            "scene_id": wish.scene_id,
            "usd": wish.usd_scene,
            "product_usd": wish.product_usd,
            "builtin_product": kind,
            "product_yaw_deg": turn_of(wish.words) if wish.yaw_deg is None else wish.yaw_deg,
            "brand": _brand(wish),
            "camera": {
                "move": wish.move,
                "seconds": wish.seconds,
                "focal_length": max(18.0, min(wish.focal_length, 135.0)),
                "fill": fill,
                "fill_width": WIDTHS.get(wish.scene_type, WIDTHS["packshot"]),
                "elevation_deg": elevation_of(kind if not own else "", wish.words),
                "core": wish.core,
                "shift": (0.0, shift),
            },
            "lighting": {"preset": preset, "backdrop": wish.backdrop},
            "render": {
                "fps": wish.fps,
                "width": wish.width,
                "height": wish.height,
                "quality": wish.quality,
                "seed": wish.seed,
                "keyframe_step": wish.keyframe_step,
            },
        },
        f"The recipe of {wish.scene_id}",
    )


def _brand(wish: Wish) -> dict[str, Any]:
    return {
        "name": wish.brand_name,
        "product": wish.product_name,
        "line": wish.line,
        "colors": [colour for colour in wish.colours if re.fullmatch(r"#[0-9a-fA-F]{6}", colour)],
        "logo_png": wish.logo,
        "label_png": wish.label,
    }


def _framing(wish: Wish) -> tuple[float, float]:
    """Give the product's share of the core, and how far it stands above the middle."""
    shape = wish.width * wish.core[0] / (wish.height * wish.core[1])
    boxes = BOXES.get(wish.scene_type, BOXES["packshot"])
    top, bottom = next((top, bottom) for widest, top, bottom in boxes if shape <= widest)
    return bottom - top, 0.5 - (top + bottom) / 2
