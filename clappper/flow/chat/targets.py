"""Which clips a sentence is about: this one, scene 3, the chorus, the headline, the music, everything."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange
from clappper.flow.chat.amounts import NUMERALS
from clappper.flow.chat.reply import Place
from clappper.flow.desk import Desk
from clappper.timeline.model import Clip, Timeline, Title, TitleRole, Track, TrackKind
from clappper.timeline.queries import all_clips, clip_at

_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "opening": 1}
_NUMBERS = "|".join(NUMERALS)
_ONE = rf"(?:\d+|{_NUMBERS})"
_UNITS = r"(?!\s*(?:s|secs?|seconds?|f|frames?|%|per ?cent|x|times|db|stops?)\b)"
_NUMBERED = re.compile(
    rf"\b(scene|shot|clip)s?\s*(?:no\.?|number|#)?\s*({_ONE}\b(?:\s*(?:,|and|&|to|-)\s*{_ONE}\b{_UNITS})*)"
)
_ORDINAL = re.compile(rf"\b({'|'.join(_ORDINALS)}|last|final)\s+(scene|shot|clip)\b")
_THIS = re.compile(
    r"\b(this|that|the current|the selected|these|selected)\b\s*(scene|shot|clip|title|one|s)?|\bhere\b"
)
_ALL = re.compile(
    r"\b(everything|everywhere|whole|entire|all (?:the )?(?:scenes|shots|clips)|"
    r"the (?:ad|video|film|palette|picture))\b"
)
_BETWEEN = re.compile(r"\b(?:between|from)\s+([\d:.,]+)\s*s?\w*\s+(?:and|to|until|till)\s+([\d:.,]+)")
_SECTION = re.compile(
    r"\b(?:in|during|for|of|through|over)\s+the\s+([a-z][a-z -]{2,20}?)(?:\s+(?:part|section))?$"
)
_ENDCARD = re.compile(r"\bend ?card\b|\bend screen\b|\bclosing card\b")
_ROLES = {
    word: role
    for role, words in {
        TitleRole.HEADLINE: ("headline", "claim", "slogan", "tagline"),
        TitleRole.SUBHEAD: ("subhead", "subheadline", "subtitle"),
        TitleRole.PRICE: ("price",),
        TitleRole.LOGO: ("logo",),
        TitleRole.BUTTON: ("button", "cta", "call to action"),
        TitleRole.PRODUCT: ("product name",),
        TitleRole.LEGAL: ("legal", "disclaimer"),
        TitleRole.URL: ("url", "link"),
        TitleRole.CAPTION: ("captions", "caption"),
        TitleRole.TEXT: ("text",),
    }.items()
    for word in words
}
_ROLE = re.compile(rf"\b({'|'.join(sorted(_ROLES, key=len, reverse=True))})\b")
_SOUNDS = {
    word: kind
    for kind, words in {
        TrackKind.MUSIC: ("music", "song", "track", "soundtrack"),
        TrackKind.VOICE: ("voice", "voice-over", "voiceover", "narration", "speaker"),
        TrackKind.EFFECTS: ("effects", "sound effects", "sfx"),
    }.items()
    for word in words
}
_SOUND = re.compile(rf"\b({'|'.join(sorted(_SOUNDS, key=len, reverse=True))})\b")


@dataclass(frozen=True, slots=True)
class Target:
    """Clips by id in order of time; ``words`` name them; ``is_all`` when the whole ad is meant."""

    clip_ids: tuple[str, ...]
    words: str
    is_all: bool = False
    is_named: bool = True


def shots_meant(text: str, desk: Desk, place: Place) -> Target:
    """Find the shots a clause is about; without any word for it, what is chosen or under the playhead.

    Raises:
        ClappperError: it names something that is not there.
    """
    timeline = desk.timeline
    named = _in_time(text, timeline) or _counted(text, desk)
    if named is not None:
        return named
    if _ALL.search(text):
        return Target(tuple(clip.id for clip in _shots(timeline)), "the whole ad", is_all=True)
    return _this(timeline, place, is_named=bool(_THIS.search(text)))


def _in_time(text: str, timeline: Timeline) -> Target | None:
    """Read “from 3 s to 5 s” and “in the chorus”."""
    if match := _BETWEEN.search(text):
        span = FrameRange(*sorted(_frame(part, timeline) for part in match.groups()))
        return _found(_shots_in(timeline, span), f"from {match[1]} to {match[2]}")
    match = _SECTION.search(text)
    sections = _sections(timeline, match[1].strip()) if match else []
    if match is None or not sections:
        return None
    shots = [clip for clip in _shots(timeline) if any(clip.placed.overlaps(one) for one in sections)]
    return _found(shots, f"the {match[1].strip()}")


def _counted(text: str, desk: Desk) -> Target | None:
    """Read “scene 3”, “the last shot” and “the end card”."""
    if _ENDCARD.search(text):
        return _endcard(desk)
    if numbered := _NUMBERED.findall(text):
        many = [_numbered(desk, kind, number) for kind, value in numbered for number in _numbers(value)]
        ids = tuple(clip_id for one in many for clip_id in one.clip_ids)
        return Target(ids, " and ".join(one.words for one in many))
    match = _ORDINAL.search(text)
    return _numbered(desk, match[2], _ORDINALS.get(match[1], -1)) if match else None


def titles_meant(text: str, timeline: Timeline) -> Target | None:
    """Find the titles a clause names by what they say; None when it names none.

    Raises:
        ClappperError: the ad has no such title.
    """
    match = _ROLE.search(text)
    if match is None:
        return None
    role = _ROLES[match[1]]
    ids = [
        clip.id
        for _, clip in all_clips(timeline)
        if isinstance(clip.content, Title) and clip.content.role is role
    ]
    if not ids:
        raise ClappperError(f"The ad shows no {match[1]}.", "Switch it on in the brief first.")
    return Target(tuple(ids), f"the {match[1]}")


def names_title(text: str) -> bool:
    return _ROLE.search(text) is not None


def names_target(text: str) -> str:
    """Give the words of a clause that say which shots it is about; empty when none do."""
    for pattern in (_BETWEEN, _ENDCARD, _NUMBERED, _ORDINAL, _SECTION, _ALL, _THIS):
        if match := pattern.search(text):
            return match[0]
    return ""


def sounds_meant(text: str, timeline: Timeline) -> tuple[Track, ...]:
    """Find the sound tracks a clause names; none when it names none.

    Raises:
        ClappperError: there is no such track.
    """
    match = _SOUND.search(text)
    if match is None:
        return ()
    tracks = tuple(track for track in timeline.tracks if track.kind is _SOUNDS[match[1]] and track.clips)
    if not tracks:
        raise ClappperError(f"The ad has no {match[1]}.", "Add it to the timeline first.")
    return tracks


def scene_name(desk: Desk, clip: Clip) -> str:
    """Name a clip as people count: by its scene, else by its own name."""
    numbers = {scene.id: number for number, scene in enumerate(desk.brief.scenes, 1)}
    return f"scene {numbers[clip.scene_id]}" if clip.scene_id in numbers else clip.name or clip.id


def main_track(timeline: Timeline) -> Track:
    """Give the first picture track that has clips.

    Raises:
        ClappperError: there is none.
    """
    for track in timeline.tracks:
        if track.kind is TrackKind.VIDEO and track.clips:
            return track
    raise ClappperError("The timeline has no shots yet.", "Generate or import some first.")


def _shots(timeline: Timeline) -> list[Clip]:
    clips = [
        clip
        for track, clip in all_clips(timeline)
        if track.kind in {TrackKind.VIDEO, TrackKind.OVERLAY} and not isinstance(clip.content, Title)
    ]
    return sorted(clips, key=lambda clip: clip.placed)


def _shots_in(timeline: Timeline, span: FrameRange) -> list[Clip]:
    return [clip for clip in _shots(timeline) if clip.placed.overlaps(span)]


def _found(clips: list[Clip], words: str) -> Target:
    if not clips:
        raise ClappperError(f"There is no shot {words}.")
    return Target(tuple(clip.id for clip in clips), words)


def _numbered(desk: Desk, kind: str, number: int) -> Target:
    """Scenes are those of the brief; shots and clips are counted on the first picture track."""
    scenes = desk.brief.scenes
    if kind == "scene" and number != -1:
        wanted = number
        if not 1 <= wanted <= len(scenes):
            raise ClappperError(f"There is no scene {number}: the brief has {len(scenes)}.")
        of_scene = [clip for clip in _shots(desk.timeline) if clip.scene_id == scenes[wanted - 1].id]
        if of_scene:
            return Target(tuple(clip.id for clip in of_scene), f"scene {wanted}")
    clips = main_track(desk.timeline).clips
    wanted = len(clips) if number == -1 else number
    if not 1 <= wanted <= len(clips):
        raise ClappperError(f"There is no {kind} {number}: the timeline has {len(clips)} shots.")
    return Target((clips[wanted - 1].id,), f"{kind} {wanted}")


def _endcard(desk: Desk) -> Target:
    cards = {scene.id for scene in desk.brief.scenes if scene.type == "endcard"}
    return _found([clip for clip in _shots(desk.timeline) if clip.scene_id in cards], "the end card")


def _sections(timeline: Timeline, name: str) -> list[FrameRange]:
    """Find the parts of the ad by their markers: each goes on to the next marker.

    All that are called just ``name`` are meant, as a chorus comes back; else the first whose name holds it.
    """
    markers = sorted(timeline.markers, key=lambda marker: marker.frame)
    ends = [*(marker.frame for marker in markers[1:]), timeline.length_frames]
    parts = [
        (marker.name.lower(), FrameRange(marker.frame, max(end, marker.frame + 1)))
        for marker, end in zip(markers, ends[: len(markers)], strict=True)
    ]
    found = [part for called, part in parts if called == name] or [p for c, p in parts if name in c][:1]
    if not found and name in {"chorus", "verse", "intro", "outro", "bridge", "drop", "hook"}:
        raise ClappperError(
            f"No marker is called {name}.",
            "Choose Mark song sections in the Timeline menu, or put a marker named "
            f"“{name}” where it begins; then ask again.",
        )
    return found


def _this(timeline: Timeline, place: Place, *, is_named: bool) -> Target:
    chosen = [clip for clip in _shots(timeline) if clip.id in place.selected]
    if chosen:
        words = "the selected clip" if len(chosen) == 1 else f"{len(chosen)} selected clips"
        return Target(tuple(clip.id for clip in chosen), words, is_named=is_named)
    for track in reversed(timeline.tracks):
        clip = clip_at(track, place.frame) if track.kind is TrackKind.VIDEO and not track.muted else None
        if clip is not None:
            return Target((clip.id,), "the shot under the playhead", is_named=is_named)
    raise ClappperError("There is no shot under the playhead.", "Select a clip, or name a scene: “scene 2”.")


def _numbers(text: str) -> list[int]:
    """Read “1”, “1, 2 and 4” and “2 to 4”."""
    found = [_whole(word) for word in re.findall(_ONE, text)]
    if len(found) == 2 and re.search(r"to|-", text):
        return list(range(found[0], found[1] + 1))
    return found


def _whole(word: str) -> int:
    return int(word) if word.isdigit() else NUMERALS.index(word) + 1


def _frame(text: str, timeline: Timeline) -> int:
    minutes, _, seconds = text.rstrip(".,").rpartition(":")
    try:
        return timeline.rate.frame_at(int(minutes or 0) * 60 + float(seconds.replace(",", ".")))
    except ValueError as error:
        raise ClappperError(f"“{text}” is no time.", "Say it in seconds, or as 0:03.") from error
