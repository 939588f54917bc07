"""From a brief to a storyboard: contiguous shots on whole frames, cut to the music. Instant and offline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from clappper.base.errors import ClappperError
from clappper.base.rhythm import snap_cuts
from clappper.base.units import FrameRange, FrameRate
from clappper.brief.cutting import SHORTEST_SHOT_SECONDS, CutScene, cut_montage, cut_scenes
from clappper.brief.direction import (
    camera_move,
    energy_of,
    negative,
    prompt,
    scene_energy,
    shot_size,
    transition,
)
from clappper.brief.schema import AdBrief, Scene, SceneBeat
from clappper.brief.storyboard import Energy, PlannedScene, ShotSize, Storyboard

_MONTAGE_SHOT_SECONDS = {Energy.CALM: 1.6, Energy.STEADY: 1.2, Energy.DRIVING: 0.9}
USUAL_FOCAL_LENGTH_MM = 35.0


def plan(brief: AdBrief, beats_seconds: Sequence[float] = (), *, cut_montages: bool = True) -> Storyboard:
    """Lay out the whole ad.

    ``beats_seconds`` are the music's detected beats; the brief's own ``audio.beat_markers`` go before
    them. Without ``cut_montages`` a montage stays one shot, as for a draft or where every clip costs.

    Raises:
        ClappperError: there are more scenes than the ad has room for.
    """
    rate = FrameRate(brief.project.fps)
    length = brief.project.duration_s * brief.project.fps
    seconds = brief.audio.beat_markers or beats_seconds
    beats = tuple(sorted({frame for second in seconds if 0 <= (frame := rate.frame_at(second)) < length}))
    energy = energy_of(brief, beats)
    cuts = cut_scenes(brief, beats)
    shots: list[PlannedScene] = []
    for cut in cuts.scenes:
        pieces = _pieces(cut, beats, energy, rate) if cut_montages else (cut.frames,)
        for part, piece in enumerate(pieces):
            previous = shots[-1].shot_size if shots else None
            shots.append(_shot(brief, cut, piece, part if len(pieces) > 1 else -1, previous, beats))
    energies = {scene.id: scene_energy(scene, energy) for scene in brief.scenes}
    scenes = _with_handles(_with_transitions(shots, energies, rate))
    return Storyboard(rate, length, energy, beats, scenes, cuts.notes)


def _pieces(cut: CutScene, beats: Sequence[int], energy: Energy, rate: FrameRate) -> tuple[FrameRange, ...]:
    if cut.scene.type != "montage":
        return (cut.frames,)
    return cut_montage(
        cut.frames,
        beats,
        ideal=rate.frame_at(_MONTAGE_SHOT_SECONDS[scene_energy(cut.scene, energy)]),
        shortest=rate.frame_at(SHORTEST_SHOT_SECONDS),
    )


def _shot(
    brief: AdBrief,
    cut: CutScene,
    frames: FrameRange,
    part: int,
    previous: ShotSize | None,
    beats: Sequence[int],
) -> PlannedScene:
    """Plan one shot; ``part`` counts the shots of a scene that has several, -1 is a scene in one shot."""
    scene, rank = cut.scene, max(part, 0)
    size = shot_size(scene, previous, part=rank)
    move = camera_move(scene, part=rank)
    acts = _beats_inside(scene, frames, cut.frames.start, FrameRate(brief.project.fps))
    on_beat = "on a beat" if frames.start in beats else "between beats"
    return PlannedScene(
        id=scene.id if part < 0 else _part_id(brief, scene.id, part),
        scene_id=scene.id,
        type=scene.type,
        frames=frames,
        shot_size=size,
        move=move,
        focal_length_mm=scene.camera.focal_length_mm if scene.camera else USUAL_FOCAL_LENGTH_MM,
        intent=scene.intent,
        prompt=prompt(brief, scene, size, move, acts),
        negative=negative(brief, scene),
        beats=acts,
        accents=tuple(beat - frames.start for beat in beats if beat in frames),
        transition=None,
        handle_before=0,
        handle_after=0,
        cut_reason=cut.reason if part < 1 else f"The montage changes its shot here, {on_beat}.",
    )


def _part_id(brief: AdBrief, scene_id: str, part: int) -> str:
    """Name a part ``s3.1``; the dot is doubled where that is another scene's name."""
    dots = "."
    while any(scene.id.startswith(scene_id + dots) for scene in brief.scenes):
        dots += "."
    return f"{scene_id}{dots}{part + 1}"


def _beats_inside(
    scene: Scene, frames: FrameRange, scene_start: int, rate: FrameRate
) -> tuple[SceneBeat, ...]:
    """Give the scene's own beats that fall into a shot, in seconds from the shot's start."""
    offset = rate.seconds_at(frames.start - scene_start)
    length = rate.seconds_at(len(frames))
    clipped = ((max(beat.start - offset, 0.0), min(beat.end - offset, length), beat) for beat in scene.beats)
    return tuple(
        beat.model_copy(update={"start": start, "end": end}) for start, end, beat in clipped if end > start
    )


def _with_transitions(
    shots: Sequence[PlannedScene], energies: Mapping[str, Energy], rate: FrameRate
) -> tuple[PlannedScene, ...]:
    entered = [
        replace(
            after,
            transition=transition(
                before.type,
                after.type,
                energies[after.scene_id],
                min(len(before.frames), len(after.frames)),
                rate,
            )
            if before.scene_id != after.scene_id
            else None,
        )
        for before, after in pairwise(shots)
    ]
    return (*shots[:1], *entered)


def _with_handles(shots: tuple[PlannedScene, ...]) -> tuple[PlannedScene, ...]:
    """Let each shot's footage reach under the transitions on its both sides."""
    following = [*(shot.transition for shot in shots[1:]), None]
    return tuple(
        replace(
            shot,
            handle_before=shot.transition.before_frames if shot.transition else 0,
            handle_after=after.after_frames if after else 0,
        )
        for shot, after in zip(shots, following, strict=True)
    )


def split_shot(storyboard: Storyboard, brief: AdBrief, shot_id: str, longest_seconds: float) -> Storyboard:
    """Cut one shot into as many as needed for a provider whose clips last at most ``longest_seconds``.

    The new cuts are hard, on a beat where one is near enough, and change the shot size. A shot that is
    short enough is left as it is.

    Raises:
        ClappperError: there is no such shot, or the parts would be too short to be seen.
    """
    index = next((place for place, shot in enumerate(storyboard.scenes) if shot.id == shot_id), None)
    if index is None:
        raise ClappperError(f"The storyboard has no shot {shot_id}.")
    shot = storyboard.scenes[index]
    longest = int(longest_seconds * storyboard.rate.fps)
    if shot.footage_frames <= longest:
        return storyboard
    pieces = _even_pieces(storyboard, shot, longest - max(shot.handle_before, shot.handle_after))
    scene = next(scene for scene in brief.scenes if scene.id == shot.scene_id)
    whole = CutScene(scene, shot.frames, shot.cut_reason)
    parts: list[PlannedScene] = []
    for number, piece in enumerate(pieces):
        previous = parts[-1].shot_size if parts else None
        part = _shot(brief, whole, piece, number, previous, storyboard.beats)
        reason = (
            part.cut_reason if number == 0 else f"{shot.id} is longer than {longest_seconds:g} s; cut here."
        )
        parts.append(replace(part, id=f"{shot.id}.{number + 1}", cut_reason=reason))
    parts[0] = replace(parts[0], transition=shot.transition, shot_size=shot.shot_size, prompt=shot.prompt)
    scenes = (*storyboard.scenes[:index], *parts, *storyboard.scenes[index + 1 :])
    return replace(storyboard, scenes=_with_handles(scenes))


def _even_pieces(storyboard: Storyboard, shot: PlannedScene, longest: int) -> tuple[FrameRange, ...]:
    shortest = storyboard.rate.frame_at(SHORTEST_SHOT_SECONDS)
    length = len(shot.frames)
    if longest < shortest:
        raise ClappperError(f"Shot {shot.id} cannot be cut into parts that short.")
    count = -(-length // longest)
    spare = longest - -(-length // count)
    beats = [beat - shot.frames.start for beat in storyboard.beats if beat in shot.frames]
    even = [length * step // count for step in range(1, count)]
    snapped = snap_cuts(even, beats, end=length, reach=spare // 2, shortest=shortest)
    edges = [0, *(cut.frame for cut in snapped), length]
    return tuple(FrameRange(start, end).shifted(shot.frames.start) for start, end in pairwise(edges))
