"""From shots to an edit: footage, titles, sound and look laid out on one timeline for every aspect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from clappper.base.colours import LUMA, channels
from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange
from clappper.brief.schema import AdBrief, Move
from clappper.brief.storyboard import PlannedScene, PlannedTransition, Storyboard
from clappper.flow.assembling.titles import title_tracks
from clappper.timeline.model import (
    Branding,
    Clip,
    Easing,
    Footage,
    Grade,
    Keyframe,
    Look,
    Marker,
    MediaKind,
    Motion,
    Take,
    Timeline,
    Track,
    TrackKind,
    Transition,
    TransitionKind,
)

SLOWEST = Fraction(1, 2)
_GRADES = {
    "warm": Grade(saturation=0.04, temperature=0.12),
    "cool": Grade(saturation=0.02, temperature=-0.12),
}
_PUSH = {
    "static": (1.0, 1.03, 0.0, 0.0),
    "dolly_in": (1.0, 1.08, 0.0, 0.0),
    "dolly_out": (1.08, 1.0, 0.0, 0.0),
    "pan": (1.08, 1.08, 0.03, 0.0),
    "tilt": (1.08, 1.08, 0.0, 0.03),
    "orbit": (1.06, 1.1, 0.02, 0.0),
}
"""How a still is moved over: scale at start and end, travel to either side across and down, in canvases."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One piece of voice-over and the frame of the ad at which it starts."""

    take: Take
    start_frame: int = 0


@dataclass(frozen=True, slots=True)
class Ingredients:
    """The files an ad is made of. Paths are relative to the project; empty means none.

    ``shots`` are keyed by the planned shot's id. ``font`` is a path or a family's name. ``locked_off`` are
    the ids of shots in which nothing moves, neither camera nor subject.
    """

    shots: Mapping[str, Take]
    music: Take | None = None
    voice: tuple[Spoken, ...] = ()
    logo: str = ""
    lut: str = ""
    font: str = ""
    locked_off: frozenset[str] = frozenset()


def assemble(brief: AdBrief, storyboard: Storyboard, ingredients: Ingredients, *, name: str = "") -> Timeline:
    """Lay out the finished ad. Every choice follows from its arguments; nothing is read or written.

    Raises:
        ClappperError: a shot has no footage.
    """
    clips = tuple(
        shot_clip(
            shot, _footage_for(shot, ingredients), brief, is_locked_off=shot.id in ingredients.locked_off
        )
        for shot in storyboard.scenes
    )
    bare = lay_out(brief, storyboard, ingredients, name=name)
    shots, *others = bare.tracks
    return replace(bare, tracks=(replace(shots, clips=clips), *others))


def lay_out(brief: AdBrief, storyboard: Storyboard, ingredients: Ingredients, *, name: str = "") -> Timeline:
    """Lay out all of an ad but its shots, which come one by one."""
    tracks = (
        Track("shots", TrackKind.VIDEO, "Shots"),
        *title_tracks(brief, storyboard, ingredients.logo),
        *_voice_tracks(ingredients.voice, storyboard.length_frames),
        *_music_tracks(ingredients.music, storyboard.length_frames),
    )
    return Timeline(
        id="ad",
        name=name or brief.project.name,
        rate=storyboard.rate,
        length_frames=storyboard.length_frames,
        tracks=tracks,
        look=look_of(brief, ingredients.lut),
        branding=branding_of(brief, ingredients.font),
        beats=storyboard.beats,
        markers=tuple(Marker(shot.frames.start, shot.id) for shot in storyboard.scenes),
    )


def look_of(brief: AdBrief, lut: str = "") -> Look:
    """Turn the style pack into a look: the LUT as it is, the palette as a gentle grade, a small vignette."""
    style = brief.product.style_pack
    words = " ".join(style.visual_style).lower()
    grade = Grade() if lut else _GRADES.get(style.palette_hint or "", Grade())
    if "vibrant" in words or "colorful" in words or "colourful" in words:
        grade = replace(grade, saturation=grade.saturation + 0.12)
    vignette = 0.2 if "cinematic" in words or "moody" in words else 0.1
    grain = 0.25 if any(word in words for word in ("vintage", "film", "retro", "analog")) else 0.0
    return Look(lut=lut, grade=grade, vignette=vignette, grain=grain)


def branding_of(brief: AdBrief, font: str = "") -> Branding:
    style = brief.product.style_pack
    return Branding(
        colours=brief.product.brand_colors,
        font=font or style.font_family or "",
        platform=brief.project.platform,
        palette=style.palette_hint or "neutral",
    )


def _footage_for(shot: PlannedScene, ingredients: Ingredients) -> Take:
    take = ingredients.shots.get(shot.id)
    if take is None:
        raise ClappperError(f"Shot {shot.id} has no footage yet.", "Generate it, or import a clip for it.")
    return take


def shot_clip(shot: PlannedScene, take: Take, brief: AdBrief, *, is_locked_off: bool = False) -> Clip:
    """Place a take where its shot belongs; a still, or a shot in which nothing moves, is moved over.

    An end card that was framed to the pixel, with nothing moving, stays as it is.

    Raises:
        ClappperError: it is too short for that, even slowed down.
    """
    source_start, speed = _fitted(take, shot)
    is_moved_over = take.kind is MediaKind.STILL or (is_locked_off and shot.type != "endcard")
    return Clip(
        id=f"shot-{shot.id}",
        content=Footage((take,)),
        placed=shot.frames,
        source_start=source_start,
        speed=speed,
        name=f"{shot.id} {shot.type}",
        transition=_transition(shot.transition, brief.product.brand_colors),
        motion=push(shot.move, -shot.handle_before, len(shot.frames) + shot.handle_after)
        if is_moved_over
        else Motion(),
        scene_id=shot.scene_id,
        badge=take.badge,
    )


def _fitted(take: Take, shot: PlannedScene) -> tuple[int, Fraction]:
    """Choose source start and speed: the handle before is kept where there is footage for it.

    Footage shorter than the shot is slowed down to fill it, to half speed at most.
    """
    if take.kind is MediaKind.STILL:
        return 0, Fraction(1)
    spare = len(take.available) - len(shot.frames)
    if spare >= 0:
        return take.available.start + min(shot.handle_before, spare), Fraction(1)
    speed = Fraction(len(take.available), len(shot.frames))
    if speed < SLOWEST:
        raise ClappperError(
            f"Shot {shot.id} has footage for {len(take.available)} of its {len(shot.frames)} frames.",
            "Generate it again, or choose a longer clip.",
        )
    return take.available.start, speed


def _transition(planned: PlannedTransition | None, colours: Sequence[str]) -> Transition | None:
    if planned is None:
        return None
    return Transition(TransitionKind(planned.kind), planned.length_frames, _darkest(colours))


def _darkest(colours: Sequence[str]) -> str:
    """Give the brand's darkest colour to dip through, or black when none is dark."""
    dark = [colour for colour in colours if _luma(colour) < 0.25]
    return min(dark, key=_luma, default="#000000")


def _luma(colour: str) -> float:
    """Weigh ``#RRGGBB`` as Rec. 709 does, 0..1."""
    return sum(share * code / 255 for share, code in zip(LUMA, channels(colour), strict=True))


def push(move: Move, start: int, end: int) -> Motion:
    """Give a still the feel of a camera move between two frames counted from the clip's start."""
    scale_from, scale_to, aside, up = _PUSH[move]

    def line(first: float, last: float) -> tuple[Keyframe, ...]:
        return (Keyframe(start, first, Easing.LINEAR), Keyframe(end, last))

    return Motion(
        x=line(-aside, aside) if aside else (),
        y=line(-up, up) if up else (),
        scale=line(scale_from, scale_to),
    )


def _voice_tracks(voice: Sequence[Spoken], length: int) -> tuple[Track, ...]:
    clips: list[Clip] = []
    for number, spoken in enumerate(sorted(voice, key=lambda spoken: spoken.start_frame), start=1):
        start = max(spoken.start_frame, clips[-1].placed.end if clips else 0)
        end = min(start + len(spoken.take.available), length)
        if end > start:
            footage = Footage((spoken.take,))
            clips.append(
                Clip(f"voice-{number}", footage, FrameRange(start, end), spoken.take.available.start)
            )
    return (Track("voice", TrackKind.VOICE, "Voice", tuple(clips)),) if clips else ()


def _music_tracks(music: Take | None, length: int) -> tuple[Track, ...]:
    """Lay the music under the ad; it is made or fitted to the ad's length before, with its own ending."""
    if music is None or not len(music.available):
        return ()
    placed = FrameRange(0, min(len(music.available), length))
    clip = Clip("music-1", Footage((music,)), placed, music.available.start, name=music.label or "Music")
    return (Track("music", TrackKind.MUSIC, "Music", (clip,)),)
