"""A director's choices, as rules: energy, shot size, camera move, transition and the words of a prompt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from statistics import mean, median
from typing import get_args

from clappper.base.units import FrameRate
from clappper.brief.lexicons import table
from clappper.brief.reading import scene_text, worded_moves
from clappper.brief.schema import AdBrief, Move, Scene, SceneBeat, SceneType
from clappper.brief.storyboard import Energy, PlannedTransition, ShotSize, TransitionName
from clappper.brief.words import Glossary

MOVES: dict[str, Move] = {move: move for move in get_args(Move)}

_USUAL_SIZES: dict[SceneType, tuple[ShotSize, ...]] = {
    "packshot": (ShotSize.MCU, ShotSize.CU, ShotSize.WIDE),
    "lifestyle": (ShotSize.WIDE, ShotSize.MCU, ShotSize.CU),
    "montage": (ShotSize.CU, ShotSize.WIDE, ShotSize.MCU),
    "endcard": (ShotSize.MCU, ShotSize.WIDE, ShotSize.CU),
}
_USUAL_MOVES: dict[SceneType, tuple[Move, ...]] = {
    "packshot": ("dolly_in", "orbit", "dolly_out"),
    "lifestyle": ("pan", "dolly_in", "tilt"),
    "montage": ("dolly_in", "pan", "orbit", "tilt", "dolly_out"),
    "endcard": ("static",),
}
_MOVE_WORDS: dict[Move, str] = {
    "static": "locked-off camera",
    "dolly_in": "slow dolly in",
    "dolly_out": "slow dolly out",
    "pan": "smooth pan",
    "tilt": "smooth tilt",
    "orbit": "orbiting camera",
}
_PRODUCT, _PALETTE, _ROOM_FOR_TEXT = "product: ", " palette", "clean background with room for text"
_SECONDS: dict[TransitionName, float] = {"dissolve": 0.5, "dip": 0.5, "wipe": 0.4, "whip": 0.27, "push": 0.33}


def energy_of(brief: AdBrief, beats: Sequence[int] = ()) -> Energy:
    """Judge how fast the ad wants to feel, from its scenes, its style, its purpose and the tempo.

    ``beats`` are frames of the music; from 118 beats a minute on they drive, below 84 they calm.
    """
    tempo = _tempo(brief, beats)
    score = (
        mean(_drive(scene_text(scene)) for scene in brief.scenes)
        + _drive(". ".join(brief.product.style_pack.visual_style))
        + 0.5 * (brief.project.objective in {"ugc", "launch"})
        + 0.5 * (brief.project.platform == "tiktok")
        + (tempo >= 118)
        - (0 < tempo < 84)
    )
    if score >= 1:
        return Energy.DRIVING
    return Energy.CALM if score <= -1 else Energy.STEADY


def scene_energy(scene: Scene, ad: Energy) -> Energy:
    """Judge one scene: a step above the ad's energy where its own words drive."""
    if _drive(f"{scene.intent}. {scene.action or ''}") <= 0:
        return ad
    return Energy.STEADY if ad is Energy.CALM else Energy.DRIVING


@cache
def _glossary(name: str) -> Glossary:
    return Glossary(table("direction")[name])


def _said(glossary: Glossary, text: str) -> list[str]:
    """Name the lists whose phrases the text asks for, in its order."""
    return [name for name, hit in glossary.find(text) if not hit.ruled_out]


def _drive(text: str) -> int:
    """Weigh a text's words: 1 where more of them drive than calm, -1 where fewer do, else 0."""
    said = _said(_glossary("energy"), text)
    driving, calm = said.count("driving"), said.count("calm")
    return (driving > calm) - (driving < calm)


def _tempo(brief: AdBrief, beats: Sequence[int]) -> float:
    steps = [right - left for left, right in pairwise(beats)]
    if steps and median(steps) > 0:
        return 60 * brief.project.fps / median(steps)
    return brief.audio.music_bpm or 0.0


def shot_size(scene: Scene, previous: ShotSize | None, *, part: int = 0) -> ShotSize:
    """Choose a shot size: what the scene asks for, else the usual; parts and neighbours vary."""
    asked = _said(_glossary("sizes"), scene_text(scene))
    if asked and not part:
        return ShotSize[asked[0]]
    usual = _USUAL_SIZES[scene.type]
    rotated = usual[part % len(usual) :] + usual[: part % len(usual)]
    return next(size for size in rotated if size is not previous)


def camera_move(scene: Scene, *, part: int = 0) -> Move:
    """Choose a move: the brief's camera, else its words, else the usual one.

    The parts of a montage take turns, beginning with what is asked for; a static one stays static.
    """
    text = scene_text(scene)
    said = worded_moves(text) or _said(_glossary("moves"), text)
    usual = _USUAL_MOVES[scene.type]
    first = scene.camera.move if scene.camera else MOVES[said[0]] if said else usual[0]
    if first == "static":
        return first
    turns = (first, *(move for move in usual if move != first))
    return turns[part % len(turns)]


def transition(
    before: SceneType, after: SceneType, energy: Energy, room_frames: int, rate: FrameRate
) -> PlannedTransition | None:
    """Choose how one scene leads into the next; None is a hard cut.

    ``room_frames`` is the shorter of the two shots: a transition takes at most half of it, and
    is left out where that is less than four frames.
    """
    kind = _transition_kind(before, after, energy)
    if not kind:
        return None
    length = min(2 * round(_SECONDS[kind] * rate.fps / 2), room_frames // 4 * 2)
    return PlannedTransition(kind, length) if length >= 4 else None


def _transition_kind(before: SceneType, after: SceneType, energy: Energy) -> TransitionName | None:
    driving = energy is Energy.DRIVING
    if after == "endcard":
        return "push" if driving and before == "montage" else "dip"
    if after == "montage":
        return "whip" if energy is not Energy.CALM else None
    if after == before:
        return "dissolve" if energy is Energy.CALM else None
    if after == "lifestyle":
        return "wipe" if driving else "dissolve"
    return "dissolve" if energy is Energy.CALM and before == "lifestyle" else None


def prompt(brief: AdBrief, scene: Scene, size: ShotSize, move: Move, beats: Sequence[SceneBeat] = ()) -> str:
    """Write what a generator of footage is asked for; lettering is left to the overlays.

    ``beats`` are what happens in this shot, in order.
    """
    style = brief.product.style_pack
    palette = (
        f"{style.palette_hint}{_PALETTE}" if style.palette_hint and style.palette_hint != "neutral" else ""
    )
    said = [scene.t2v_prompt or _without_lettering(scene.intent), scene.subject, scene.action, scene.setting]
    words = [
        f"{size.value}, {_MOVE_WORDS[move]}",
        *said,
        ", then ".join(_once(beat.action for beat in beats)),
        f"{_PRODUCT}{brief.product.name}" if scene.type in {"packshot", "endcard"} else "",
        scene.lighting,
        scene.style or ", ".join(_once(style.visual_style)),
        palette,
    ]
    if scene.type == "endcard":
        words.append(_ROOM_FOR_TEXT)
    return ". ".join(_once(words))


def own_words(written: str) -> str:
    """Give a prompt without what ``prompt`` puts around a scene's words by itself."""
    sizes, moves = tuple(size.value for size in ShotSize), tuple(_MOVE_WORDS.values())
    clauses = [
        clause
        for clause in written.split(". ")
        if not (clause.startswith(sizes) and clause.endswith(moves))
        and not clause.startswith(_PRODUCT)
        and not clause.endswith(_PALETTE)
        and clause != _ROOM_FOR_TEXT
    ]
    return ". ".join(clauses) or written


def own_move(written: str) -> Move | None:
    """Give the camera's move that ``prompt`` wrote down; None where a prompt names none at its start."""
    first = written.partition(". ")[0]
    if not first.startswith(tuple(size.value for size in ShotSize)):
        return None
    return next((move for move, words in _MOVE_WORDS.items() if first.endswith(f", {words}")), None)


def negative(brief: AdBrief, scene: Scene) -> str:
    """Write what a generator must keep out: what the brief rejects, letters, and faces unless allowed."""
    return ", ".join(_once([scene.t2v_negative, *scene.negatives, *_never(brief)]))


def own_negative(brief: AdBrief, written: str) -> str:
    """Give what a generator was told to keep out without what holds for every scene of the brief."""
    usual = {part for words in _never(brief) for part in _parts(words)}
    return ", ".join(part for part in _parts(written) if part not in {*usual, "faces"})


def _never(brief: AdBrief) -> list[str]:
    return [
        *brief.product.style_pack.negative_style,
        *brief.safety.banned_terms,
        "text, letters, watermark, subtitles",
        "" if brief.safety.allow_faces else "faces",
    ]


def _parts(words: str) -> list[str]:
    return _once(words.split(","))


def _without_lettering(intent: str) -> str:
    """Drop the clauses that ask for lettering, which overlays set; keep all if nothing else is said."""
    clauses = re.split(r"[,;.]\s*", intent)
    return ", ".join(clause for clause in clauses if not _glossary("lettering").find(clause)) or intent


def _once(words: Iterable[str | None]) -> list[str]:
    """Drop what is empty or was said before, and the full stops at the ends."""
    trimmed = (word.strip().rstrip(".,") for word in words if word)
    return list(dict.fromkeys(word for word in trimmed if word))
