"""The ad brief: what a person fills in, and what everything after it reads.

Times are seconds from the start of the ad, except those of a scene's ``beats``, which count from the
start of their scene. A key that is null counts as not given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self
from unicodedata import category

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from clappper.base.errors import UnusableInputError
from clappper.brief.mistakes import explain_mistakes

SCHEMA_VERSION = 1

Objective = Literal["awareness", "conversion", "ugc", "launch"]
Platform = Literal["instagram", "tiktok", "youtube", "web", "other"]
Aspect = Literal["9:16", "16:9", "1:1"]
Palette = Literal["warm", "cool", "neutral"]
AudioMode = Literal["music", "voiceover", "both"]
SceneType = Literal["packshot", "lifestyle", "montage", "endcard"]
Move = Literal["static", "dolly_in", "dolly_out", "pan", "tilt", "orbit"]
Hint = Literal["auto", "omniverse", "cosmos", "t2v"]
TextPosition = Literal["top", "bottom", "center", "safe-lower-third"]
Quality = Literal["draft", "standard", "high"]
FrameMode = Literal["full_t2v", "keyframes_plus_fill"]
Density = Literal["auto", "low", "medium", "high"]
StudioProduct = Literal["bottle", "jar", "box", "tube", "can", "watch", "phone", "mug"]
StudioLight = Literal["soft_top", "golden_hour", "hard_rim", "neon"]


class BriefError(UnusableInputError):
    """A brief cannot be read; the message has one sentence, on its own line, for each mistake."""


def _number(value: object) -> object:
    """Refuse what Python would quietly count as a number: true, false and quoted digits."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("not a number")  # noqa: TRY004 - pydantic collects ValueErrors only
    return value


def _printable(value: str) -> str:
    """Refuse what no font can set and some formats cannot hold; line breaks and tabs are welcome."""
    for place, character in enumerate(value, start=1):
        if category(character) in {"Cc", "Cs"} and character not in "\n\r\t":
            raise ValueError(f"must be without control characters, such as the one at place {place}")
    return value


def normal_colour(value: str) -> str:
    """Write a hex colour as ``#RRGGBB``; the # may be missing, and three digits stand for six.

    Raises:
        ValueError: it is not a hex colour.
    """
    digits = value.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    if len(digits) != 6 or set(digits.lower()) - set("0123456789abcdef"):
        raise ValueError("not a colour")
    return f"#{digits.upper()}"


Printable = Annotated[str, AfterValidator(_printable)]
Text = Annotated[
    Printable, Field(min_length=1, max_length=4000, description="a text of 1 to 4000 characters")
]
TwoLetters = Annotated[
    Printable, Field(min_length=2, max_length=200, description="a text of 2 to 200 characters")
]
ThreeLetters = Annotated[
    Printable, Field(min_length=3, max_length=4000, description="a text of 3 to 4000 characters")
]
Identifier = Annotated[
    str,
    Field(
        pattern=r"^\w[\w.-]{0,63}$",
        description="1 to 64 letters, digits, '.', '_' or '-', beginning with a letter or digit",
    ),
]
Colour = Annotated[str, AfterValidator(normal_colour), Field(description="a hex colour such as #D4AF37")]
Seconds = Annotated[
    float,
    BeforeValidator(_number),
    Field(ge=0, allow_inf_nan=False, description="a number of seconds, 0 or more"),
]
PositiveSeconds = Annotated[
    float,
    BeforeValidator(_number),
    Field(gt=0, allow_inf_nan=False, description="a number of seconds above 0"),
]
Degrees = Annotated[
    float,
    BeforeValidator(_number),
    Field(ge=-180, le=180, allow_inf_nan=False, description="a number of degrees from -180 to 180"),
]
Flag = Annotated[bool, Field(strict=True)]
Texts = tuple[Text, ...]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Project(_Record):
    """What the ad is for, and its frame: length in whole seconds, shape and frames per second."""

    name: TwoLetters
    objective: Objective = "awareness"
    target_audience: ThreeLetters
    platform: Platform = "instagram"
    aspect: Aspect
    duration_s: Annotated[
        int,
        BeforeValidator(_number),
        Field(ge=8, le=60, description="a whole number of seconds from 8 to 60"),
    ]
    fps: Annotated[
        int, BeforeValidator(_number), Field(ge=24, le=30, description="a whole number from 24 to 30")
    ] = 30


class StylePack(_Record):
    """The look. ``grade_lut`` is a .cube file, an address or a preset's name."""

    palette_hint: Palette | None = None
    grade_lut: Text | None = None
    font_family: Text | None = None
    visual_style: Texts = ()
    negative_style: Texts = ()


class Product(_Record):
    """What is sold. Colours are ``#RRGGBB`` in upper case; ``logo`` is a path or an address."""

    name: TwoLetters
    key_benefit: ThreeLetters
    price_text: Text | None = None
    brand_colors: Annotated[
        tuple[Colour, ...],
        Field(min_length=1, description="a list of at least one hex colour such as #D4AF37"),
    ]
    logo: Text | None = None
    no_logo: Flag = False
    style_pack: StylePack = StylePack()


class Cta(_Record):
    """What the viewer is asked to do."""

    headline: TwoLetters
    subhead: Text | None = None
    button_text: Text = "Shop Now"
    url: Text | None = None
    legal_disclaimer: Text | None = None


class Audio(_Record):
    """The sound. ``file`` is music to use; ``script`` is what the ``voice`` says."""

    mode: AudioMode = "music"
    music_bpm: (
        Annotated[
            float,
            BeforeValidator(_number),
            Field(
                ge=60, le=180, allow_inf_nan=False, description="a number of beats a minute from 60 to 180"
            ),
        ]
        | None
    ) = None
    file: Text | None = None
    beat_markers: tuple[Seconds, ...] = ()
    script: Text | None = None
    voice: Text | None = None


class Controls(_Record):
    """Pictures that say where things are: segmentation maps, depth maps, a pose or camera path."""

    segmap: Texts = ()
    depth: Texts = ()
    pose_or_traj: Text | None = None


class Assets(_Record):
    """Files to use, as paths relative to the brief or as addresses."""

    usd_scene: Text | None = None
    product_usd: Text | None = None
    controls: Controls = Controls()
    reference_images: Texts = ()
    product_images: Texts = ()
    guideline_documents: Texts = ()


class Camera(_Record):
    """How the camera stands and moves."""

    move: Move = "static"
    focal_length_mm: Annotated[
        float,
        BeforeValidator(_number),
        Field(ge=18, le=85, allow_inf_nan=False, description="a number of millimetres from 18 to 85"),
    ] = 35


class StructureControls(_Record):
    """Which of the brief's control pictures steer this scene."""

    use_seg: Flag = False
    use_depth: Flag = False
    use_pose: Flag = False


class Studio(_Record):
    """How a scene is set up in 3D; what is not given follows from its words and the brand.

    ``product`` asks for a studio model of that kind, photos or not, and ``label`` is the picture on it.
    ``yaw_deg`` turns the product to the right.
    """

    product: StudioProduct | None = None
    label: Text | None = None
    lighting: StudioLight | None = None
    backdrop: Colour | None = None
    yaw_deg: Degrees | None = None
    quality: Quality | None = None


class TextBlock(_Record):
    """Words in the picture, and where they stand."""

    text: Text
    position: TextPosition = "safe-lower-third"


class Overlays(_Record):
    """What is set in type over the scene; never generated as footage."""

    show_logo: Flag = False
    show_price: Flag = False
    text_blocks: tuple[TextBlock, ...] = ()


class SceneBeat(_Record):
    """One thing that happens. ``start`` and ``end`` are seconds from the start of the scene."""

    start: Seconds
    end: PositiveSeconds
    action: Text
    camera: Text | None = None

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        if self.end <= self.start:
            raise ValueError(f"must end after it starts, not run from {self.start:g} to {self.end:g} s")
        return self


class Scene(_Record):
    """A shot, from ``start_s`` up to ``end_s`` of the ad."""

    id: Identifier
    start_s: Seconds
    end_s: PositiveSeconds
    type: SceneType
    intent: ThreeLetters
    camera: Camera | None = None
    provider_hint: Hint = "auto"
    structure_controls: StructureControls = StructureControls()
    studio: Studio = Studio()
    t2v_prompt: Text | None = None
    t2v_negative: Text | None = None
    overlays: Overlays = Overlays()
    subject: Text | None = None
    action: Text | None = None
    setting: Text | None = None
    lighting: Text | None = None
    style: Text | None = None
    beats: tuple[SceneBeat, ...] = ()
    negatives: Texts = ()

    @property
    def seconds(self) -> float:
        """Give the scene's length."""
        return self.end_s - self.start_s

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        if self.end_s <= self.start_s:
            raise ValueError(
                f"must have end_s after start_s, not run from {self.start_s:g} to {self.end_s:g} s"
            )
        return self


class Safety(_Record):
    """What must not appear: banned words in any text, and faces unless they are allowed."""

    banned_terms: Texts = ()
    allow_faces: Flag = False


class Compute(_Record):
    """How much to spend on making it; the budget is in US dollars for the whole ad.

    ``keyframe_units`` bound each shot that is made from keyframes: 100 are worth half of generating it whole.
    """

    quality: Quality = "standard"
    ip_frame_mode: FrameMode = "full_t2v"
    keyframe_density: Density = "medium"
    keyframe_units: Annotated[
        int,
        BeforeValidator(_number),
        Field(ge=10, le=200, description="a whole number of units from 10 to 200"),
    ] = 100
    budget_usd_max: Annotated[
        float,
        BeforeValidator(_number),
        Field(ge=1, le=50, allow_inf_nan=False, description="a number of US dollars from 1 to 50"),
    ] = 5


def _unique_ids(scenes: tuple[Scene, ...]) -> tuple[Scene, ...]:
    twice = [name for name, count in Counter(scene.id for scene in scenes).items() if count > 1]
    if twice:
        raise ValueError(
            f"must have an id of its own for each scene; {', '.join(twice)} is used more than once"
        )
    return scenes


class AdBrief(_Record):
    """A whole brief. Scenes may overlap or leave gaps here; preflight names those with a fix."""

    schema_version: Annotated[
        int, BeforeValidator(_number), Field(ge=1, description="a whole number, 1 or more")
    ] = SCHEMA_VERSION
    project: Project
    product: Product
    cta: Cta
    audio: Audio = Audio()
    assets: Assets = Assets()
    scenes: Annotated[
        tuple[Scene, ...],
        AfterValidator(_unique_ids),
        Field(min_length=1, max_length=300, description="a list of 1 to 300 scenes"),
    ]
    safety: Safety = Safety()
    compute: Compute = Compute()


def load_brief(data: Mapping[str, object]) -> AdBrief:
    """Read a brief from plain values, as JSON or TOML give them.

    Raises:
        BriefError: a field is missing, unknown, of the wrong kind or out of range; the message has one
            line for each mistake, all of them together.
    """
    if not isinstance(data, Mapping):
        raise BriefError("A brief is a table of fields such as project, product, cta and scenes.")
    version = data.get("schema_version", SCHEMA_VERSION)
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise BriefError(
            f"schema_version {version} is newer than this program reads ({SCHEMA_VERSION}).",
            "Update Clappper, or save the brief from an older version.",
        )
    try:
        return AdBrief.model_validate(_without_nulls(data))
    except ValidationError as error:
        mistakes = explain_mistakes(AdBrief, error)
        raise BriefError("\n".join(mistakes)) from error


def to_dict(brief: AdBrief) -> dict[str, Any]:
    """Give the brief as plain values for JSON or TOML; ``load_brief`` reads them back equal."""
    return brief.model_dump(mode="json", exclude_none=True)


def _without_nulls(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_without_nulls(item) for item in value]
    return value
