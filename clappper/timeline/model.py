"""The timeline: frozen records. An edit makes a new one; undo keeps the old one.

Time is whole frames at the timeline's rate. Three words are never mixed: *available* is what a file
has, *source* is what a clip uses of it, *placed* is where the clip sits. Media of another rate is
conformed by time: frame n of a source is what the file shows n / rate seconds after its start.

A timeline has no pixel size: it is painted on a canvas of any aspect, positions are fractions of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cache
from typing import Any

from clappper.base.units import FrameRange, FrameRate


class TrackKind(StrEnum):
    VIDEO = "video"
    OVERLAY = "overlay"
    VOICE = "voice"
    MUSIC = "music"
    EFFECTS = "effects"


class MediaKind(StrEnum):
    VIDEO = "video"
    STILL = "still"
    AUDIO = "audio"


class Easing(StrEnum):
    """How a value moves from one keyframe to the next."""

    HOLD = "hold"
    LINEAR = "linear"
    EASE_IN = "ease_in"
    EASE_OUT = "ease_out"
    EASE_IN_OUT = "ease_in_out"


@dataclass(frozen=True, slots=True)
class Keyframe:
    """``value`` at ``frame``, counted from the clip's placed start; ``easing`` leads to the next one."""

    frame: int
    value: float
    easing: Easing = Easing.EASE_IN_OUT


@dataclass(frozen=True, slots=True)
class Motion:
    """Keyframed picture placement. An empty tuple means the neutral value.

    ``x``, ``y``: offset of the picture's centre, as a fraction of the canvas (0, 0 = centred);
    ``scale``: 1.0 fills the canvas; ``rotation``: degrees clockwise; ``opacity``: 0..1.
    """

    x: tuple[Keyframe, ...] = ()
    y: tuple[Keyframe, ...] = ()
    scale: tuple[Keyframe, ...] = ()
    rotation: tuple[Keyframe, ...] = ()
    opacity: tuple[Keyframe, ...] = ()


@dataclass(frozen=True, slots=True)
class Take:
    """One generated or imported file a clip can show. ``path`` is relative to the project folder.

    ``available`` is in timeline frames; a still has any length and says 0..0. ``focus`` is the point
    of interest as a fraction of the picture, used when the canvas crops it.
    """

    id: str
    path: str
    kind: MediaKind
    available: FrameRange
    width: int = 0
    height: int = 0
    focus: tuple[float, float] = (0.5, 0.5)
    has_audio: bool = False
    asset_id: str = ""
    label: str = ""
    badge: str = ""


@dataclass(frozen=True, slots=True)
class Footage:
    """Something that plays: takes of the same shot, one of them active. Flipping keeps the clip's edits."""

    takes: tuple[Take, ...]
    active: int = 0

    @property
    def take(self) -> Take:
        return self.takes[self.active]


@dataclass(frozen=True, slots=True)
class Solid:
    """A plain colour, ``#RRGGBB``."""

    colour: str


class TitleRole(StrEnum):
    """What an overlay says; the role decides its look and its place in each aspect."""

    LOGO = "logo"
    PRODUCT = "product"
    PRICE = "price"
    HEADLINE = "headline"
    SUBHEAD = "subhead"
    BUTTON = "button"
    URL = "url"
    LEGAL = "legal"
    TEXT = "text"
    CAPTION = "caption"
    DISCLOSURE = "disclosure"


class TitlePosition(StrEnum):
    """Where a title asks to sit; ``AUTO`` leaves it to the role."""

    AUTO = "auto"
    TOP = "top"
    BOTTOM = "bottom"
    CENTER = "center"
    SAFE_LOWER_THIRD = "safe-lower-third"


class CaptionFace(StrEnum):
    """How captions are lettered."""

    BOXED = "boxed"
    PLAIN = "plain"
    OUTLINED = "outlined"
    BOLD = "bold"


class Highlight(StrEnum):
    """How the word being said is told from the others of a caption."""

    NONE = "none"
    COLOUR = "colour"
    BOX = "box"


class CaptionPlace(StrEnum):
    """Where captions stand inside the platform's safe zone."""

    BOTTOM = "bottom"
    MIDDLE = "middle"
    TOP = "top"


@dataclass(frozen=True, slots=True)
class CaptionLook:
    """The look of captions. ``size`` scales the face's own; ``colour`` is ``#RRGGBB``, or empty for
    the brand's.
    """

    face: CaptionFace = CaptionFace.BOXED
    highlight: Highlight = Highlight.NONE
    place: CaptionPlace = CaptionPlace.BOTTOM
    size: float = 1.0
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Title:
    """Vector text or a logo over the picture, never part of a generated clip.

    ``text`` is what is drawn (for a logo: nothing). ``field`` is the path of the brief's field it is
    bound to, such as ``product.price_text``: when the brief changes, the text follows. ``image`` is a
    logo's path relative to the project folder. ``group`` lays titles out together: titles of one
    group that are on screen at the same time are stacked and never overlap. ``backdrop`` is the darkest
    and the brightest relative luminance (WCAG 2.2, 0..1) behind the title while it is seen; ``None``:
    not known, it may be anything. ``said`` are the frames, counted from the clip's placed start, at which
    a caption's words begin to be heard; empty where that is not known. ``look`` is a caption's own, where it
    differs from that of all.
    """

    role: TitleRole
    text: str = ""
    field: str = ""
    image: str = ""
    position: TitlePosition = TitlePosition.AUTO
    group: str = ""
    enter: str = "rise"
    leave: str = "fade"
    backdrop: tuple[float, float] | None = None
    said: tuple[int, ...] = ()
    look: CaptionLook | None = None


class TransitionKind(StrEnum):
    DISSOLVE = "dissolve"
    DIP = "dip"
    WIPE = "wipe"
    WHIP = "whip"
    PUSH = "push"


@dataclass(frozen=True, slots=True)
class Transition:
    """From the clip before into this one, centred on this clip's placed start.

    Both clips play on under it: the footage it needs beyond their placed ranges is taken from what
    is available, and the last frame there is held where that runs out.
    """

    kind: TransitionKind
    length_frames: int
    colour: str = "#000000"


@dataclass(frozen=True, slots=True)
class Grade:
    """A colour correction. Neutral by default; exposure in stops, the others -1..1."""

    exposure: float = 0.0
    contrast: float = 0.0
    saturation: float = 0.0
    temperature: float = 0.0


@dataclass(frozen=True, slots=True)
class Look:
    """The style pack over all footage: a .cube LUT (path relative to the project), grade, vignette, grain.

    Strengths are 0..1.
    """

    lut: str = ""
    lut_strength: float = 1.0
    grade: Grade = Grade()
    vignette: float = 0.0
    grain: float = 0.0


class CutoutKind(StrEnum):
    """How a subject is told from what is around it: by a screen's colour, as a person, by a matte file."""

    KEY = "key"
    PERSON = "person"
    MATTE = "matte"


@dataclass(frozen=True, slots=True)
class Cutout:
    """What of a clip's picture is kept; elsewhere what lies below is seen.

    ``screen`` is ``#RRGGBB``, or empty to find it. ``matte`` is a clip or still, its path relative to the
    project, in step with the footage and white for what is kept: a matte, a segmentation, or a depth map, of
    which with ``level`` above 0 all that is brighter is kept; ``inverted`` keeps the rest. ``shrink`` and
    ``soften`` are thousandths of the height. ``despill``, ``shadow`` (where it stands), ``colour`` (like what
    is below), ``grain`` (likewise), ``steady`` (how much the pictures before count for the edge) and ``blur``
    (the share of a frame over which the clip's own movement smears it) are 0..1.
    """

    kind: CutoutKind
    screen: str = ""
    matte: str = ""
    level: float = 0.0
    inverted: bool = False
    shrink: float = 0.0
    soften: float = 0.0
    despill: float = 1.0
    shadow: float = 0.0
    colour: float = 0.0
    grain: float = 0.0
    steady: float = 0.0
    blur: float = 0.0


@dataclass(frozen=True, slots=True)
class Clip:
    """One thing on a track.

    It plays ``content`` from source frame ``source_start``, ``speed`` source frames per timeline
    frame, over ``placed``. ``gain_db`` keyframes are decibels. ``scene_id`` names the scene of the
    brief it was made for. ``link`` is shared by clips that move and trim together (picture and its
    sound), ``group`` by clips that only move together. A speed of 0 holds one frame. With ``ramp_to``
    the speed changes evenly from ``speed`` at the placed start to that at the end. ``smooth`` draws the
    pictures between the source's own, for slow motion and ramps. With a ``cutout`` only a part is seen.
    """

    id: str
    content: Footage | Solid | Title
    placed: FrameRange
    source_start: int = 0
    speed: Fraction = Fraction(1)
    name: str = ""
    transition: Transition | None = None
    motion: Motion = Motion()
    grade: Grade = Grade()
    gain_db: tuple[Keyframe, ...] = ()
    fade_in_frames: int = 0
    fade_out_frames: int = 0
    scene_id: str = ""
    link: str = ""
    locked: bool = False
    badge: str = ""
    group: str = ""
    ramp_to: Fraction | None = None
    smooth: bool = False
    cutout: Cutout | None = None

    @property
    def source(self) -> FrameRange:
        """What the clip uses of its source, in source frames."""
        return FrameRange(self.source_start, self.source_at(self.placed.end))

    def source_at(self, timeline_frame: int) -> int:
        """Map a timeline frame to the source frame shown there; also before and after ``placed``."""
        return self.position_at(timeline_frame) // 1

    def position_at(self, timeline_frame: int) -> Fraction:
        """Give the exact place in the source, in source frames, also between two of them."""
        played = timeline_frame - self.placed.start
        offset = played * self.speed
        if self.ramp_to is not None:
            offset += (self.ramp_to - self.speed) * played * played / (2 * len(self.placed))
        return self.source_start + offset

    def speed_at(self, timeline_frame: int) -> Fraction:
        """Give the speed at a timeline frame; a ramp goes on evenly outside ``placed``."""
        if self.ramp_to is None:
            return self.speed
        played = timeline_frame - self.placed.start
        return self.speed + (self.ramp_to - self.speed) * Fraction(played, len(self.placed))

    @property
    def mean_speed(self) -> Fraction:
        return self.speed if self.ramp_to is None else (self.speed + self.ramp_to) / 2


@dataclass(frozen=True, slots=True)
class Track:
    """Clips in order of their placed start; none overlap."""

    id: str
    kind: TrackKind
    name: str
    clips: tuple[Clip, ...] = ()
    muted: bool = False
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Marker:
    frame: int
    name: str
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Branding:
    """What every title and fallback picture of this timeline needs to know of the brand.

    ``colours`` are ``#RRGGBB``, the first is the main one. ``font`` is a family name or a path relative
    to the project, empty for the built-in one. ``platform`` chooses the safe zones.
    """

    colours: tuple[str, ...] = ("#E8A33D", "#161616")
    font: str = ""
    platform: str = "other"
    palette: str = "neutral"


@dataclass(frozen=True, slots=True)
class Timeline:
    """The whole edit. Tracks are listed bottom to top; ``length_frames`` is what export writes.

    ``beats`` are frames of the music's beats, in order.
    """

    id: str
    name: str
    rate: FrameRate
    length_frames: int
    tracks: tuple[Track, ...] = ()
    look: Look = Look()
    branding: Branding = Branding()
    beats: tuple[int, ...] = ()
    markers: tuple[Marker, ...] = ()
    captions: CaptionLook = CaptionLook()


@cache
def _adapter() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(Timeline)


def to_json(timeline: Timeline) -> str:
    text: str = _adapter().dump_json(timeline).decode()
    return text


def from_json(text: str | bytes) -> Timeline:
    """Read back what ``to_json`` wrote.

    Raises:
        pydantic.ValidationError: the text is not a timeline.
    """
    timeline: Timeline = _adapter().validate_json(text)
    return timeline
