"""From what a brief says to a scene recipe: which product stands there, its light, and its framing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

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
PACKSHOT_FILL = 0.62
CARD_BOXES = ((0.7, 0.19, 0.46), (0.9, 0.06, 0.43), (1.2, 0.05, 0.41), (99.0, 0.05, 0.42))
"""Where a product stands on an end card, above the words: up to this width over height, top and bottom."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a shot asks for. Files are absolute paths; ``core`` as in ``recipe.Camera``."""

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


def recipe_for(wish: Wish) -> SceneRecipe:
    """Direct one shot.

    Raises:
        UnusableInputError: a value of the wish cannot be used.
    """
    kind = product_kind(wish.product_name, wish.words) or "bottle"
    fill, shift = _framing(wish)
    return recipe_of(
        {
            "scene_id": wish.scene_id,
            "usd": wish.usd_scene,
            "product_usd": wish.product_usd,
            "builtin_product": kind,
            "product_yaw_deg": 0,
            "brand": _brand(wish),
            "camera": {
                "move": wish.move,
                "seconds": wish.seconds,
                "focal_length": max(18.0, min(wish.focal_length, 135.0)),
                "fill": fill,
                "core": wish.core,
                "shift": (0.0, shift),
            },
            "lighting": {"preset": light_preset(wish.words, " ".join(wish.styles))},
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
    }


def _framing(wish: Wish) -> tuple[float, float]:
    """Give the product's share of the core, and how far it stands above the middle."""
    if wish.scene_type != "endcard":
        return PACKSHOT_FILL, 0.0
    shape = wish.width * wish.core[0] / (wish.height * wish.core[1])
    top, bottom = next((top, bottom) for widest, top, bottom in CARD_BOXES if shape <= widest)
    return bottom - top, 0.5 - (top + bottom) / 2
