"""The scene recipe: what a shot in 3D shows, how its camera moves, how it is lit and how it is rendered.

A recipe is plain JSON. Keys that are not known are warnings, not errors; values that cannot be used are
named with their field in one sentence.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from clappper.base.errors import UnusableInputError
from clappper.usd.cameras import ELEVATION_DEG

VERSION = 1
Product = Literal["bottle", "jar", "box", "tube", "can", "watch", "phone", "mug"]
Move = Literal["static", "dolly_in", "dolly_out", "pan", "tilt", "orbit", "authored"]
Preset = Literal["soft_top", "golden_hour", "hard_rim", "neon", "authored"]
Quality = Literal["draft", "standard", "high"]
Backend = Literal["auto", "ovrtx", "kit", "blender", "builtin"]
SIZES = {"9:16": (1080, 1920), "16:9": (1920, 1080), "1:1": (1080, 1080), "4:5": (1080, 1350)}
SAMPLES: dict[str, int] = {"draft": 4, "standard": 8, "high": 32}
"""Rays for each pixel before denoising."""

_PRIM_PATH = re.compile(r"(/[A-Za-z_]\w*)+")


def _colour(value: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise ValueError("must be a colour such as #D4AF37")
    return value.upper()


def _prim(value: str) -> str:
    if not _PRIM_PATH.fullmatch(value):
        raise ValueError("must be a prim path such as /World/Cam")
    return value


Colour = Annotated[str, AfterValidator(_colour)]
PrimPath = Annotated[str, AfterValidator(_prim)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Brand(_Part):
    """What stands on the product. ``name`` and ``product`` are set as type where no picture is given."""

    name: str = ""
    product: str = ""
    line: str = ""
    colors: tuple[Colour, ...] = ()
    label_png: str | None = None
    logo_png: str | None = None


class Camera(_Part):
    """``focal_length`` in mm on a 36 mm film back; ``fill``: the product's share of the ``core``.

    ``fill_width`` bounds the share of the core's width; None for a fifth more than ``fill``.

    ``core`` is the part of the picture that every wanted aspect shows, as shares of width and height.
    ``elevation_deg`` says from how far above the camera looks at the product's middle.
    ``shift`` moves the product's image right and up by shares of the core, without tilting the camera.
    """

    path: PrimPath = "/World/Cam"
    move: Move = "dolly_in"
    seconds: float = Field(default=3.0, ge=0.1, le=60)
    focal_length: float = Field(default=50.0, ge=18, le=135)
    fill: float = Field(default=0.62, ge=0.1, le=0.95)
    fill_width: float | None = Field(default=None, ge=0.1, le=0.95)
    fstop: float = Field(default=0.0, ge=0, le=64)
    elevation_deg: float = Field(default=ELEVATION_DEG, ge=-10, le=80)
    core: tuple[float, float] = (1.0, 1.0)
    shift: tuple[float, float] = (0.0, 0.0)


class Lighting(_Part):
    """``exposure_ev`` None: set from a small draft picture, so that a dark product never reads black."""

    preset: Preset = "soft_top"
    exposure_ev: float | None = Field(default=None, ge=-8, le=8)
    backdrop: Colour | None = None
    hdri: str | None = None


class Render(_Part):
    """``width`` and ``height`` override the aspect's size; ``keyframe_step`` n renders every n-th picture."""

    fps: float = Field(default=30.0, ge=1, le=120)
    aspect: str = "9:16"
    width: int | None = Field(default=None, ge=16, le=8192)
    height: int | None = Field(default=None, ge=16, le=8192)
    quality: Quality = "standard"
    samples: int | None = Field(default=None, ge=1, le=4096)
    seed: int = Field(default=0, ge=0, lt=2**31)
    keyframe_step: int = Field(default=1, ge=1, le=8)
    backend: Backend = "auto"
    out: str = "packshot.mp4"


class Signals(_Part):
    """Which passes are written beside the film, and into which folder of the job."""

    masks: bool = True
    depth: bool = True
    pose: bool = True
    shadow: bool = False
    normals: bool = False
    outDir: str = "signals"  # noqa: N815 - the file format's own name


class SceneRecipe(_Part):
    """One shot. ``usd`` and ``product_usd`` keep their own units and are never written to."""

    version: int = Field(default=VERSION, ge=1, le=VERSION)
    scene_id: str = "scene"
    usd: str | None = None
    product_usd: str | None = None
    builtin_product: Product = "bottle"
    product_yaw_deg: float = Field(default=0.0, ge=-360, le=360)
    brand: Brand = Brand()
    camera: Camera = Camera()
    lighting: Lighting = Lighting()
    characters: tuple[Any, ...] = ()
    render: Render = Render()
    replicator: Signals = Signals()

    @property
    def size(self) -> tuple[int, int]:
        """Give the picture's width and height in pixels, both even; drafts have half the size."""
        width, height = SIZES[self.render.aspect]
        width, height = self.render.width or width, self.render.height or height
        half = 2 if self.render.quality == "draft" else 1
        return max(16, width // half // 2 * 2), max(16, height // half // 2 * 2)

    @property
    def frames(self) -> int:
        return max(1, round(self.camera.seconds * self.render.fps))

    @property
    def samples(self) -> int:
        return self.render.samples or SAMPLES[self.render.quality]

    @property
    def keyframes(self) -> tuple[int, ...]:
        """List the frames whose beauty is rendered: every ``keyframe_step``-th and the last."""
        return tuple(sorted({*range(0, self.frames, self.render.keyframe_step), self.frames - 1}))

    def digest(self) -> str:
        """Give the hash of all that decides the picture (hex); names of files to write do not.

        Neither does where labels and skies lie, so that a project can be moved; their content is part of the
        stage's own hash.
        """
        body = self.model_dump(mode="json", exclude={"scene_id": True, "render": {"out"}, "characters": True})
        for part, name in (("brand", "label_png"), ("brand", "logo_png"), ("lighting", "hdri")):
            body[part][name] = Path(body[part][name] or "").name
        return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()

    def warnings(self) -> Iterator[str]:
        if self.characters:
            yield "characters are not rendered yet; they are ignored."
        if self.camera.move == "authored" and not self.usd:
            yield "camera.move is authored, but there is no usd whose camera could be kept; it stands still."


def read_recipe(path: Path) -> tuple[SceneRecipe, tuple[str, ...]]:
    """Read a recipe's file with its warnings; its relative paths count from the file's folder.

    Raises:
        UnusableInputError: it is no recipe; the field is named.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UnusableInputError(
            f"There is no recipe {path}.", "Make one with: clappper scene new."
        ) from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise UnusableInputError(f"{path.name} is not JSON: {error}.", "Mend the file.") from error
    recipe = recipe_of(raw, path.name)
    return located(recipe, path.parent), (*_unknown(raw, SceneRecipe, ""), *recipe.warnings())


def recipe_of(raw: Any, name: str = "The recipe") -> SceneRecipe:
    """Validate plain JSON values.

    Raises:
        UnusableInputError: the first value that cannot be used, by its field.
    """
    if not isinstance(raw, dict):
        raise UnusableInputError(
            f"{name} is no scene recipe: it is not an object.", "See clappper scene new."
        )
    try:
        recipe = SceneRecipe.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        reason = first["msg"].removeprefix("Value error, ")
        raise UnusableInputError(
            f"{name}: {field} cannot be {_shown(first['input'])}: {reason[:1].lower()}{reason[1:]}.",
            "Change it in the recipe.",
        ) from error
    if recipe.render.aspect not in SIZES and not (recipe.render.width and recipe.render.height):
        raise UnusableInputError(
            f"{name}: render.aspect cannot be {recipe.render.aspect!r}.",
            f"Use one of {', '.join(SIZES)}, or give render.width and render.height.",
        )
    if not Path(recipe.render.out).name == recipe.render.out or _escapes(recipe.replicator.outDir):
        raise UnusableInputError(f"{name}: render.out and replicator.outDir stay inside the job's folder.")
    return recipe


def located(recipe: SceneRecipe, folder: Path) -> SceneRecipe:
    """Make the recipe's own paths absolute and check that the files are there.

    Raises:
        UnusableInputError: a file is missing; its field is named.
    """
    found = {name: _locate(value, folder, name) for name, value in _paths(recipe)}
    brand = recipe.brand.model_copy(
        update={"label_png": found["brand.label_png"], "logo_png": found["brand.logo_png"]}
    )
    lighting = recipe.lighting.model_copy(update={"hdri": found["lighting.hdri"]})
    return recipe.model_copy(
        update={
            "usd": found["usd"],
            "product_usd": found["product_usd"],
            "brand": brand,
            "lighting": lighting,
        }
    )


def _paths(recipe: SceneRecipe) -> tuple[tuple[str, str | None], ...]:
    return (
        ("usd", recipe.usd),
        ("product_usd", recipe.product_usd),
        ("brand.label_png", recipe.brand.label_png),
        ("brand.logo_png", recipe.brand.logo_png),
        ("lighting.hdri", recipe.lighting.hdri),
    )


def is_nucleus(value: str) -> bool:
    """Tell whether a file lies on an Omniverse Nucleus server; ``nucleus://`` is its older scheme."""
    return re.match(r"(omniverse|nucleus)://", value) is not None


def _locate(value: str | None, folder: Path, field: str) -> str | None:
    if value is None:
        return None
    if is_nucleus(value) and "usd" in field:
        return re.sub("^nucleus", "omniverse", value)
    if re.match(r"(?!file:)[A-Za-z][A-Za-z0-9+.-]+://", value):
        raise UnusableInputError(f"{field} is an address ({value}).", "Download it and give the file's path.")
    path = folder / Path(value.removeprefix("file://")).expanduser()
    if not path.is_file():
        raise UnusableInputError(
            f"{field}: USD file not found: {path}" if "usd" in field else f"{field}: file not found: {path}",
            "Choose the file again.",
        )
    return str(path.resolve())


def _escapes(folder: str) -> bool:
    return Path(folder).is_absolute() or ".." in Path(folder).parts or not folder.strip("./ ")


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _unknown(raw: dict[str, Any], model: type[BaseModel], prefix: str) -> Iterator[str]:
    for key, value in raw.items():
        if key not in model.model_fields:
            yield f"{prefix}{key} is not known and has no effect."
            continue
        kind = model.model_fields[key].annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel) and isinstance(value, dict):
            yield from _unknown(value, kind, f"{prefix}{key}.")
