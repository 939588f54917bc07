"""Studio products from parameters: bottle, jar, box, tube, can, watch, phone and mug, in the brand's colours.

Each stands on the ground with its label to the camera (+Z), in centimetres at its usual size.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from clappper.base.colours import luminance
from clappper.usd.palette import Palette, plated, readable_on, tinted, visible_on
from clappper.usd.shapes import (
    Floats,
    Mesh,
    joined,
    lathe,
    panel,
    patch,
    profile,
    slab,
    tube,
    turned,
    wrap,
)

PRODUCT, LOGO = "product", "logo"
READABLE_DEG = 36.0
"""How far to either side of the front type is read on a curve; there letters keep 81 % of their width."""

PHONE_YAW_DEG = -16.0
"""A phone looks to the side on which no preset has a light that its glass would mirror into the camera."""


@dataclass(frozen=True, slots=True)
class Look:
    """A material in UsdPreviewSurface's terms; ``colour`` is sRGB, ``artwork`` names a drawn texture.

    An ``opacity`` below 1 makes a closed surface solid glass, or liquid, that lets its colour pass.
    """

    name: str
    colour: str = "#808080"
    metallic: float = 0.0
    roughness: float = 0.4
    clearcoat: float = 0.0
    opacity: float = 1.0
    artwork: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A named surface with its material; ``label`` is what masks call it."""

    name: str
    mesh: Mesh
    look: Look
    label: str = PRODUCT


@dataclass(frozen=True, slots=True)
class Artwork:
    """What is printed: a picture of ``width`` x ``height`` cm.

    ``kind`` is label, print (a label without lines), dial or screen. ``half_angle_deg`` says how far round
    the product a label reaches to either side, 0 for a flat one.
    """

    name: str
    kind: str
    width: float
    height: float
    ground: str
    ink: str
    accent: str
    half_angle_deg: float = 0.0

    @property
    def is_curved(self) -> bool:
        return self.half_angle_deg > 0

    @property
    def type_width(self) -> float:
        """Give how wide type may be set: on a curve only as far as it is seen from the front."""
        if self.is_curved:
            return self.width * min(0.8, READABLE_DEG / self.half_angle_deg)
        return 0.8 * self.width


@dataclass(frozen=True, slots=True)
class StudioProduct:
    parts: tuple[Part, ...]
    artworks: tuple[Artwork, ...] = ()

    def moved(self, matrix: Floats) -> StudioProduct:
        return replace(self, parts=tuple(replace(p, mesh=p.mesh.moved(matrix)) for p in self.parts))


def build(kind: str, colours: Sequence[str]) -> StudioProduct:
    """Make one of the studio products in the brand's colours."""
    made = MAKERS[kind](Palette.of(colours))
    lowest = min(float(part.mesh.points[:, 1].min()) for part in made.parts)
    return made.moved(turned(by=(0, -lowest, 0)))


def _art(
    kind: str, width: float, height: float, ground: str, colours: Palette, half_angle_deg: float = 0.0
) -> Artwork:
    ink = readable_on(ground, colours.dark if luminance(ground) > 0.3 else colours.light)
    return Artwork(kind, kind, width, height, ground, ink, visible_on(ground, colours.accent), half_angle_deg)


def _wrapped(
    radius: float, half_deg: float, height: float, ground: str, colours: Palette, kind: str = "label"
) -> Artwork:
    """Print what is laid around a cylinder."""
    return _art(kind, 2 * math.radians(half_deg) * radius, height, ground, colours, half_deg)


def _paper(art: Artwork) -> Look:
    return Look("Label", art.ground, roughness=0.5, artwork=art.name)


def _metal(colour: str, roughness: float = 0.2) -> Look:
    return Look("Metal", plated(colour), metallic=1.0, roughness=roughness)


def _bottle(colours: Palette) -> StudioProduct:
    liquid = Look("Liquid", tinted(colours.accent), roughness=0.02, opacity=0.3)
    glass = Look("Glass", "#F4F6F5", roughness=0.02, opacity=0.1)
    radius, half, full = 3.6, 52.0, 12.3
    body = lathe([(0, 0.25, 0), (2.5, 0.25, 0.1), (2.8, 0, 0.12), (radius, 0, 0.6), (radius, full, 0),
                  (0, full, 0)])  # fmt: skip
    neck = lathe([(3.3, full + 0.01, 0), (radius, full + 0.01, 0), (radius, 13.2, 2.6), (1.45, 16.6, 1.6),
                  (1.35, 18.6, 0), (1.05, 18.6, 0), (1.12, 16.45, 1.9), (3.3, 13.05, 2.3),
                  (3.3, full + 0.01, 0)])  # fmt: skip
    collar = lathe([(1.2, 17.6, 0), (1.62, 17.6, 0.12), (1.62, 18.1, 0.12), (1.2, 18.1, 0)])
    cap = lathe([(1.2, 18.25, 0), (1.75, 18.25, 0.12), (1.75, 21.9, 0.22), (0, 21.9, 0)])
    art = _wrapped(radius, half, 8.4, colours.light, colours)
    metal = _metal(colours.accent, 0.18)
    return StudioProduct(
        (
            Part("Body", body, liquid),
            Part("Neck", neck, glass),
            Part("Collar", collar, metal),
            Part("Cap", cap, metal),
            Part("Label", wrap(radius, 2.6, 11.0, half), _paper(art), LOGO),
        ),
        (art,),
    )


def _jar(colours: Palette) -> StudioProduct:
    ground = colours.body if luminance(colours.body) > 0.08 else colours.light
    glaze = Look("Glass", ground, roughness=0.16, clearcoat=0.8)
    body = lathe(
        [(0, 0.15, 0), (3.0, 0.15, 0.05), (3.25, 0, 0.08), (4.0, 0, 0.55), (4.0, 5.2, 0.7), (3.5, 5.5, 0.1),
         (3.5, 5.9, 0)]
    )  # fmt: skip
    lid = lathe([(3.5, 5.62, 0), (4.05, 5.62, 0.1), (4.05, 7.7, 0.25), (3.5, 7.86, 0.3), (0, 7.86, 0)])
    half = 64.0
    art = _wrapped(4.0, half, 3.7, colours.light, colours)
    return StudioProduct(
        (
            Part("Body", body, glaze),
            Part("Lid", lid, _metal(colours.accent, 0.24)),
            Part("Label", wrap(4.0, 0.75, 4.45, half), _paper(art), LOGO),
        ),
        (art,),
    )


def _box(colours: Palette) -> StudioProduct:
    width, height, depth = 8.4, 14.0, 5.0
    ground = colours.body
    card = Look("Card", ground, roughness=0.42, clearcoat=0.25)
    art = _art("label", width - 0.5, height - 0.5, ground, colours)
    stand = turned(y_deg=22, by=(0, height / 2, 0))
    band = slab(width + 0.03, 0.5, depth + 0.03, 0.06, 0.03).moved(turned(by=(0, height / 2 - 1.5, 0)))
    return StudioProduct(
        (
            Part("Carton", slab(width, height, depth, 0.1, 0.06), card),
            Part("Foil", band, _metal(art.accent, 0.3)),
            Part("Label", panel(width - 0.5, height - 4.2, (0, -1.2, depth / 2 + 0.012)),
                 _paper(replace(art, height=height - 4.2)), LOGO),
        ),
        (replace(art, height=height - 4.2),),
    ).moved(stand)  # fmt: skip


def _tube(colours: Palette) -> StudioProduct:
    ground = colours.light
    foil = Look("Laminate", ground, roughness=0.26, clearcoat=0.6)
    low, high, crimp = 2.7, 15.4, 14.4

    def surface(u: Floats, v: Floats) -> Floats:
        t = np.clip((v - low) / (crimp - low), 0, 1)
        wide = 2.05 + 0.85 * t
        deep = np.maximum(2.05 * np.sqrt(np.clip(1 - t, 0, 1)) ** 1.15, 0.09)
        return np.stack([wide * np.sin(u), v, deep * np.cos(u)], -1)

    rows = np.concatenate([np.linspace(low, 12, 24), np.linspace(12.2, crimp, 24), [high]])
    body = patch(surface, np.linspace(-math.pi, math.pi, 129), rows)
    ridges = [slab(5.78, 0.1, 0.26, 0.04, 0.02).moved(turned(by=(0, y, 0))) for y in (14.6, 14.85, 15.1)]
    shoulder = lathe([(0, low - 0.02, 0), (2.0, low - 0.02, 0), (2.05, low, 0)])
    cap = lathe([(0, 0, 0), (1.86, 0, 0.15), (1.98, 2.55, 0.12), (0, 2.55, 0)])
    half = 58.0
    art = _art("label", 4.6, 8.2, ground, colours, 0.8 * half)
    label = patch(surface, np.linspace(-math.radians(half), math.radians(half), 49),
                  np.linspace(3.6, 11.8, 33), 0.012)  # fmt: skip
    cap_look = _metal(colours.accent, 0.25)
    return StudioProduct(
        (
            Part("Body", body, foil),
            Part("Crimp", joined(ridges), foil),
            Part("Shoulder", shoulder, foil),
            Part("Cap", cap, cap_look),
            Part("Label", label, _paper(art), LOGO),
        ),
        (art,),
    )


def _can(colours: Palette) -> StudioProduct:
    ground = colours.body
    print_look = Look("Print", ground, metallic=0.25, roughness=0.3, clearcoat=0.6)
    aluminium = Look("Aluminium", "#D9DADB", metallic=1.0, roughness=0.26)
    radius, half = 3.3, 75.0
    body = lathe([(2.5, 0.45, 0.1), (radius, 1.15, 0.8), (radius, 10.2, 1.2), (2.72, 11.5, 0.5),
                  (2.72, 11.7, 0)])  # fmt: skip
    foot = lathe([(0, 0.4, 0), (2.0, 0.3, 0.1), (2.25, 0, 0.08), (2.5, 0, 0.08), (2.55, 0.46, 0)])
    rim = lathe([(2.72, 11.68, 0), (2.86, 11.74, 0.06), (2.86, 12.02, 0.1), (2.62, 12.02, 0.08),
                 (2.5, 11.6, 0.08), (0, 11.62, 0)])  # fmt: skip
    tab = slab(0.95, 1.5, 0.1, 0.4, 0.045).moved(turned(x_deg=-90, by=(0, 11.72, 0.15)))
    art = _wrapped(radius, half, 8.4, ground, colours)
    return StudioProduct(
        (
            Part("Body", body, print_look),
            Part("Foot", foot, aluminium),
            Part("Rim", rim, aluminium),
            Part("Tab", tab, aluminium),
            Part("Label", wrap(radius, 1.6, 10.0, half),
                 Look("Label", ground, metallic=0.25, roughness=0.3, clearcoat=0.6, artwork="label"), LOGO),
        ),
        (art,),
    )  # fmt: skip


def _band(width: float, thick: float, degrees: tuple[float, float]) -> Mesh:
    """Bend a strap along an ellipse behind the case, in the YZ plane; its section is a superellipse."""
    high, deep, behind = 3.0, 2.75, -2.75

    def surface(u: Floats, v: Floats) -> Floats:
        x = np.sign(np.sin(u)) * np.abs(np.sin(u)) ** 0.22 * (width / 2)
        lift = np.sign(np.cos(u)) * np.abs(np.cos(u)) ** 0.6 * (thick / 2)
        ny, nz = np.sin(v) / high, np.cos(v) / deep
        out = lift / np.hypot(ny, nz)
        return np.stack([x, high * np.sin(v) + out * ny, behind + deep * np.cos(v) + out * nz], -1)

    return patch(surface, np.linspace(-math.pi, math.pi, 49), np.radians(np.linspace(*degrees, 97)))


def _watch(colours: Palette) -> StudioProduct:
    steel, strap = _metal(colours.accent, 0.16), Look("Leather", colours.dark, roughness=0.55, clearcoat=0.1)
    face = turned(x_deg=90)
    case = lathe([(0, -0.55, 0), (1.7, -0.55, 0.1), (2.12, -0.3, 0.15), (2.12, 0.22, 0.12),

(2.02, 0.36, 0.08), (1.9, 0.52, 0.07), (1.74, 0.54, 0.04), (1.72, 0.3, 0)]).moved(face)  # fmt: skip
    art = _art("dial", 3.44, 3.44, colours.dark, colours)
    dial = panel(3.44, 3.44, (0, 0, 0.31), 1.719)
    crown = lathe([(0, -0.2, 0), (0.3, -0.2, 0.06), (0.3, 0.2, 0.06), (0, 0.2, 0)], 48).moved(
        turned(z_deg=-90, by=(2.36, 0, 0))
    )
    lugs = [
        slab(0.4, 0.95, 0.5, 0.18, 0.08).moved(turned(x_deg=sign * 26, by=(side * 1.28, sign * 1.92, -0.26)))
        for side in (-1, 1)
        for sign in (-1, 1)
    ]
    metal = visible_on(colours.dark, colours.light)
    hands = [_hand(1.0, 0.13, 305.0, 0.36), _hand(1.38, 0.09, 60.0, 0.40)]
    second = joined([_hand(1.5, 0.035, 268.0, 0.44), panel(0.2, 0.2, (0, 0, 0.46), 0.099)])
    tilt = turned(x_deg=-9, by=(0, 3.08, 0))
    return StudioProduct(
        (
            Part("Case", joined([case, crown, *lugs]), steel),
            Part("Dial", dial, Look("Dial", art.ground, roughness=0.3, clearcoat=0.4, artwork="dial"), LOGO),
            Part("Hands", joined(hands), Look("Hands", metal, metallic=0.6, roughness=0.25)),
            Part("Second", second, Look("Second", art.accent, metallic=0.6, roughness=0.25)),
            Part("Strap", _band(2.1, 0.34, (36, 324)), strap),
        ),
        (art,),
    ).moved(tilt)


def _hand(length: float, width: float, degrees: float, z: float) -> Mesh:
    shape = slab(width, length, 0.04, width * 0.45, 0.012)
    return shape.moved(turned(by=(0, length * 0.42, z))).moved(turned(z_deg=-degrees))


def _phone(colours: Palette) -> StudioProduct:
    width, height, depth = 7.3, 15.2, 0.82
    art = _art("screen", width - 0.42, height - 0.42, colours.dark, colours)
    frame = replace(_metal(colours.accent, 0.22), name="Frame")
    bezel = Look("Bezel", "#0B0B0C", roughness=0.08, clearcoat=1.0)
    glass = panel(width - 0.16, height - 0.16, (0, 0, depth / 2 + 0.004), 0.98)
    screen = panel(width - 0.42, height - 0.42, (0, 0, depth / 2 + 0.012), 0.85)
    island = slab(2.0, 0.62, 0.02, 0.3, 0.008).moved(turned(by=(0, height / 2 - 0.8, depth / 2 + 0.02)))
    keys = slab(0.12, 1.5, 0.26, 0.05, 0.03).moved(turned(by=(width / 2 + 0.03, 2.4, 0)))
    prop = turned(x_deg=-7, y_deg=PHONE_YAW_DEG, by=(0, height / 2, 0))
    return StudioProduct(
        (
            Part("Body", joined([slab(width, height, depth, 1.06, 0.3), keys]), frame),
            Part("Glass", joined([glass, island]), bezel),
            Part("Screen", screen,
                 Look("Screen", art.ground, roughness=0.12, clearcoat=0.5, artwork="screen"), LOGO),
        ),
        (art,),
    ).moved(prop)  # fmt: skip


def _mug(colours: Palette) -> StudioProduct:
    glaze = Look("Glaze", colours.dark, roughness=0.2, clearcoat=0.8)
    inside = Look("Inside", colours.accent, roughness=0.16, clearcoat=0.8)
    wall = [
        (0, 0.22, 0),
        (2.2, 0.22, 0.1),
        (2.35, 0, 0.15),
        (2.62, 0, 0.25),
        (4.28, 4.7, 14.0),
        (4.5, 9.4, 0),
    ]
    lip = [(4.5, 9.38, 0), (4.5, 9.62, 0.13), (4.22, 9.62, 0.13), (4.2, 9.3, 0)]
    hollow = [(0, 0.75, 0), (2.2, 0.8, 0.8), (3.98, 4.8, 13.0), (4.2, 9.4, 0)]
    places = profile(wall)[0][::-1]

    def radius(y: Floats) -> Floats:
        found: Floats = np.interp(y, places[::-1, 1], places[::-1, 0])
        return found

    t = np.linspace(0, math.pi, 49)
    height = 5.2 - 2.7 * np.cos(t)
    bow = np.stack([radius(height) - 0.2 + 2.5 * np.sin(t) ** 0.8, height, 0 * t], -1)
    low, high, half = 3.8, 8.3, 48.0
    art = _wrapped(4.3, half, high - low, colours.dark, colours, "print")
    printed = Look("Print", art.ground, roughness=0.2, clearcoat=0.8, artwork=art.name)
    return StudioProduct(
        (
            Part("Body", lathe(wall), glaze),
            Part("Lip", lathe(lip), inside),
            Part("Inside", lathe(hollow).flipped(), inside),
            Part("Handle", tube(bow, 0.5), glaze),
            Part("Label", wrap(radius, low, high, half), printed, LOGO),
        ),
        (art,),
    )


MAKERS: dict[str, Callable[[Palette], StudioProduct]] = {
    "bottle": _bottle,
    "jar": _jar,
    "box": _box,
    "tube": _tube,
    "can": _can,
    "watch": _watch,
    "phone": _phone,
    "mug": _mug,
}
