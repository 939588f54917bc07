"""The storyboard's records: an ad as shots on a whole-frame grid, each ready to be generated and placed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from clappper.base.units import FrameRange, FrameRate
from clappper.brief.schema import Move, SceneBeat, SceneType

TransitionName = Literal["dissolve", "dip", "wipe", "whip", "push"]


class ShotSize(StrEnum):
    """How much of the subject is seen; the value is the phrase a prompt uses."""

    CU = "close-up"
    MCU = "medium close-up"
    WIDE = "wide shot"


class Energy(StrEnum):
    """How fast a shot feels; its cuts and moves follow."""

    CALM = "calm"
    STEADY = "steady"
    DRIVING = "driving"


@dataclass(frozen=True, slots=True)
class PlannedTransition:
    """How a shot is entered: centred on its first frame, the odd frame after the cut."""

    kind: TransitionName
    length_frames: int

    @property
    def before_frames(self) -> int:
        return self.length_frames // 2

    @property
    def after_frames(self) -> int:
        return self.length_frames - self.before_frames


@dataclass(frozen=True, slots=True)
class PlannedScene:
    """One shot: the whole of a brief's scene, or a part of one that is cut into several.

    ``frames`` is its place in the ad. Its footage is longer: ``handle_before`` frames play ahead of it
    under its own transition, ``handle_after`` behind it under the next one. ``beats`` are the brief's
    own, in seconds from the start of this shot; ``accents`` are the music's beats, in frames from there.
    """

    id: str
    scene_id: str
    type: SceneType
    frames: FrameRange
    shot_size: ShotSize
    move: Move
    focal_length_mm: float
    intent: str
    prompt: str
    negative: str
    beats: tuple[SceneBeat, ...]
    accents: tuple[int, ...]
    transition: PlannedTransition | None
    handle_before: int
    handle_after: int
    cut_reason: str

    @property
    def footage_frames(self) -> int:
        """How long its footage has to be, with both handles."""
        return self.handle_before + len(self.frames) + self.handle_after


@dataclass(frozen=True, slots=True)
class Storyboard:
    """The shots in order; they cover 0..length_frames without gap or overlap.

    ``beats`` are the frames of the music's beats. ``notes`` say what had to be changed in the brief.
    """

    rate: FrameRate
    length_frames: int
    energy: Energy
    beats: tuple[int, ...]
    scenes: tuple[PlannedScene, ...]
    notes: tuple[str, ...] = ()

    def footage_seconds(self, shot: PlannedScene) -> float:
        return self.rate.seconds_at(shot.footage_frames)

    def accents_seconds(self, shot: PlannedScene) -> tuple[float, ...]:
        """Give the music's beats in seconds from the start of the shot's footage, handle included."""
        return tuple(self.rate.seconds_at(shot.handle_before + frame) for frame in shot.accents)
