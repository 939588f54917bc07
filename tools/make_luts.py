#!/usr/bin/env python3
"""Write the built-in looks, ``resources/luts/*.cube``, from their recipes.

Subtle on purpose: skin stays skin and a brand's colours stay near. Values are BT.709 code values, 0..1. Run
from the repository root after changing a recipe.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clappper.media.light import weighed

Colours = NDArray[np.float64]
POINTS = 17


def contrasted(rgb: Colours, amount: float, pivot: float = 0.42) -> Colours:
    """Bend the tones into an S around ``pivot``; ends stay where they are."""
    rgb = np.clip(rgb, 0.0, 1.0)
    below = pivot * (rgb / pivot) ** (1.0 + amount)
    above = 1.0 - (1.0 - pivot) * ((1.0 - rgb) / (1.0 - pivot)) ** (1.0 + amount)
    return np.where(rgb < pivot, below, above)


def saturated(rgb: Colours, amount: float) -> Colours:
    grey = weighed(rgb)[..., None]
    return np.asarray(np.clip(grey + (rgb - grey) * amount, 0.0, 1.0), np.float64)


def toned(rgb: Colours, shadows: tuple[float, ...], highlights: tuple[float, ...]) -> Colours:
    """Add a tint that is strongest in the dark (``shadows``) and in the light part (``highlights``).

    Black and white themselves keep a third of it, so that a white ground stays nearly white.
    """
    luma = weighed(rgb)[..., None]
    room = 0.33 + 0.67 * np.sin(np.pi * np.clip(luma, 0.0, 1.0))
    tint = np.array(shadows) * (1.0 - luma) ** 1.5 + np.array(highlights) * luma**1.5
    return np.asarray(np.clip(rgb + tint * room, 0.0, 1.0), np.float64)


def lifted(rgb: Colours, black: float, white: float) -> Colours:
    return black + rgb * (white - black)


def warm(rgb: Colours) -> Colours:
    return saturated(toned(contrasted(rgb, 0.10), (0.012, 0.004, -0.004), (0.042, 0.014, -0.05)), 1.03)


def cool(rgb: Colours) -> Colours:
    return saturated(toned(contrasted(rgb, 0.12), (-0.014, 0.004, 0.024), (-0.024, 0.002, 0.03)), 0.97)


def neutral_film(rgb: Colours) -> Colours:
    tinted = toned(contrasted(rgb, 0.20), (-0.008, 0.006, 0.012), (0.022, 0.01, -0.018))
    return lifted(saturated(tinted, 0.92), 0.022, 0.975)


def noir(rgb: Colours) -> Colours:
    grey = np.repeat((rgb @ np.array([0.34, 0.56, 0.10]))[..., None], 3, axis=-1)
    return toned(contrasted(grey, 0.42, 0.40), (-0.004, 0.0, 0.012), (0.008, 0.004, -0.004))


def vivid(rgb: Colours) -> Colours:
    return saturated(contrasted(rgb, 0.16), 1.16)


LOOKS: dict[str, Callable[[Colours], Colours]] = {
    "warm": warm,
    "cool": cool,
    "neutral-film": neutral_film,
    "noir": noir,
    "vivid": vivid,
}


def cube_text(name: str, look: Callable[[Colours], Colours]) -> str:
    """Sample a look on its grid, red fastest, as the .cube format orders it."""
    steps = np.linspace(0.0, 1.0, POINTS)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    values = np.clip(look(np.stack([red, green, blue], axis=-1)), 0.0, 1.0).reshape(-1, 3)
    rows = "\n".join(f"{r:.5f} {g:.5f} {b:.5f}" for r, g, b in values)
    return f'TITLE "{name}"\nLUT_3D_SIZE {POINTS}\n{rows}\n'


def main() -> None:
    folder = Path("resources/luts")
    for name, look in LOOKS.items():
        (folder / f"{name}.cube").write_text(cube_text(name, look), "utf-8")


if __name__ == "__main__":
    main()
