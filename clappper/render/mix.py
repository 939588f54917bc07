"""Everything heard in an ad, mixed: music under voice, effects on top, mastered to one loudness."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clappper.base.errors import UnusableInputError
from clappper.base.units import FrameRate
from clappper.media.audio import RATE, Samples, read_audio
from clappper.media.beats import track_beats
from clappper.media.looping import fade_in, fade_out, fitted
from clappper.media.loudness import SILENCE_LUFS, Loudness, integrated_lufs, mastered
from clappper.timeline.keyframes import value_at
from clappper.timeline.model import Clip, Footage, MediaKind, Take, Timeline, Track, TrackKind

TARGET_LUFS = -14.0
CEILING_DBTP = -1.0
LEVELS_LUFS = {TrackKind.VOICE: -16.0, TrackKind.MUSIC: -18.0}
DUCK_DB = -9.0
DUCK_ATTACK_SECONDS, DUCK_RELEASE_SECONDS, DUCK_HOLD_SECONDS = 0.15, 0.45, 0.6
VOICE_GATE_DB = -30.0
DECLICK_SECONDS = 0.003
SHORT_SECONDS = 0.05
MUSIC_FADE_SECONDS = 0.4
END_FADE_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class MixReport:
    """What the mix did. ``ducking`` lists where music stepped back for the voice, in seconds.

    ``gain_db`` is the mastering gain, ``limited_db`` the limiter's deepest reduction.
    """

    before: Loudness
    after: Loudness
    gain_db: float
    limited_db: float
    ducking: tuple[tuple[float, float], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mixdown:
    """The finished programme, float32 (n, 2) at 48 kHz, and its report."""

    samples: Samples
    report: MixReport


def mix_timeline(timeline: Timeline, root: Path) -> Samples:
    """Mix and master to -14 LUFS and at most -1 dBTP: exactly ``length_samples(timeline)`` samples.

    Raises:
        UnusableInputError: a voice, music or effect file is missing or cannot be read.
    """
    return mixdown(timeline, root).samples


def mixdown(timeline: Timeline, root: Path, *, duck_db: float = DUCK_DB) -> Mixdown:
    """Like ``mix_timeline``, and say what was done. ``duck_db`` is how far music steps back for a voice."""
    heard = [track for track in timeline.tracks if not track.muted]
    desk = _Desk(timeline.rate, root, length_samples(timeline), _used(heard, timeline.rate))
    for track in heard:
        desk.add(track, _detached(timeline))
    ducking = desk.duck(duck_db)
    result = mastered(desk.sum(), TARGET_LUFS, CEILING_DBTP)
    report = MixReport(
        result.before,
        result.after,
        result.gain_db,
        result.limited_db,
        ducking,
        (*dict.fromkeys(desk.notes), *result.notes),
    )
    return Mixdown(result.samples, report)


def length_samples(timeline: Timeline) -> int:
    """Give the exact length of a timeline's sound at 48 kHz."""
    return _sample_at(timeline.length_frames, timeline.rate)


def _sample_at(frame: int, rate: FrameRate) -> int:
    return round(frame / rate.fps * RATE)


def _used(tracks: Sequence[Track], rate: FrameRate) -> dict[tuple[TrackKind, str], tuple[float, float]]:
    """Say which part of every voice and music file the timeline plays, in seconds: first to last."""
    used: dict[tuple[TrackKind, str], tuple[float, float]] = {}
    for track in tracks:
        for clip in track.clips:
            if track.kind in LEVELS_LUFS and isinstance(clip.content, Footage):
                key = (track.kind, clip.content.take.path)
                first = max(0.0, rate.seconds_at(clip.source.start))
                last = rate.seconds_at(clip.source.end + 1)
                start, end = used.get(key, (first, last))
                used[key] = (min(start, first), max(end, last))
    return used


def _detached(timeline: Timeline) -> frozenset[tuple[str, str]]:
    """Name the sounds that lie on a sound track of their own: their picture clip is then silent."""
    return frozenset(
        (clip.link, clip.content.take.path)
        for track in timeline.tracks
        if track.kind not in {TrackKind.VIDEO, TrackKind.OVERLAY}
        for clip in track.clips
        if clip.link and isinstance(clip.content, Footage)
    )


@dataclass(slots=True)
class _Desk:
    """One channel per kind of sound, each as long as the programme."""

    rate: FrameRate
    root: Path
    length: int
    used: dict[tuple[TrackKind, str], tuple[float, float]]
    notes: list[str] = field(default_factory=list)
    _buses: dict[TrackKind, Samples] = field(default_factory=dict)
    _files: dict[tuple[TrackKind, str], Samples] = field(default_factory=dict)

    def add(self, track: Track, detached: frozenset[tuple[str, str]]) -> None:
        for place, clip in enumerate(track.clips):
            take = _heard(clip, track.kind, detached)
            if take is not None:
                self._place(track, place, take)

    def duck(self, duck_db: float) -> tuple[tuple[float, float], ...]:
        """Turn music and clip sound down under the voice; give where."""
        voice = self._buses.get(TrackKind.VOICE)
        spoken = _spoken(voice) if voice is not None else ()
        if spoken:
            gain = _ducking(spoken, self.length, duck_db)
            for kind in {TrackKind.MUSIC, TrackKind.VIDEO} & self._buses.keys():
                self._buses[kind] *= gain[:, None]
        return spoken

    def sum(self) -> Samples:
        total = np.zeros((self.length, 2), np.float32)
        for kind in TrackKind:
            if kind in self._buses:
                total += self._buses[kind]
        end = min(round(END_FADE_SECONDS * RATE), self.length)
        total[self.length - end :] *= fade_out(end)[:, None]
        return total

    def _place(self, track: Track, place: int, take: Take) -> None:
        clip = track.clips[place]
        lap, next_lap = _laps(track.clips, place)
        first = clip.placed.start - lap // 2
        last = clip.placed.end + next_lap - next_lap // 2
        start, end = _sample_at(first, self.rate), _sample_at(last, self.rate)
        sound = self._sound(track.kind, clip, take, first, end - start)
        if sound is None:
            return
        sound = sound * _levels(clip, self.rate, first - clip.placed.start, len(sound))[:, None]
        rise, fall = self._fades(track, place, take)
        _shape(sound, max(rise, _sample_at(lap, self.rate)), max(fall, _sample_at(next_lap, self.rate)))
        self._lay(track.kind, sound, start)

    def _fades(self, track: Track, place: int, take: Take) -> tuple[int, int]:
        """Give the clip's fades in samples; where its sound is cut open, at least enough not to click."""
        clip = track.clips[place]
        rise, fall = (_sample_at(frames, self.rate) for frames in (clip.fade_in_frames, clip.fade_out_frames))
        before = track.clips[place - 1] if place else None
        after = track.clips[place + 1] if place + 1 < len(track.clips) else None
        if clip.source_start > take.available.start and not (before and _plays_on(before, clip)):
            rise = max(rise, round(DECLICK_SECONDS * RATE))
        if clip.source.end < take.available.end and not (after and _plays_on(clip, after)):
            ends_all = _sample_at(clip.placed.end, self.rate) >= self.length
            music_ends = track.kind is TrackKind.MUSIC and ends_all and not fall
            fall = max(fall, round((MUSIC_FADE_SECONDS if music_ends else DECLICK_SECONDS) * RATE))
        return rise, fall

    def _sound(self, kind: TrackKind, clip: Clip, take: Take, first: int, length: int) -> Samples | None:
        """Decode what a clip plays from timeline frame ``first`` on; None where its file gives nothing."""
        speed = clip.mean_speed
        if not speed:
            self.notes.append(f"{clip.name or clip.id} stands still and is silent.")
            return None
        begin = float((clip.source_start + (first - clip.placed.start) * speed) / self.rate.fps)
        sound = self._read(kind, take.path, begin, float(length * speed / RATE))
        if sound is None:
            return None
        if speed != 1:
            sound = _faster(sound, speed)
            self.notes.append(f"The sound of {clip.name or clip.id} changes pitch with its speed.")
        if kind is TrackKind.MUSIC and 0 < len(sound) < length - round(SHORT_SECONDS * RATE):
            looped = fitted(sound, track_beats(sound, RATE), length / RATE)
            self.notes.append(looped.note)
            sound = looped.samples
        whole = np.zeros((length, 2), np.float32)
        whole[: min(length, len(sound))] = sound[:length]
        return whole

    def _read(self, kind: TrackKind, path: str, begin: float, seconds: float) -> Samples | None:
        """Read part of a file; what lies before its start is silence."""
        lead = max(0, round(-begin * RATE))
        if kind in LEVELS_LUFS:
            start = max(0, round(begin * RATE) - round(self.used[kind, path][0] * RATE))
            sound = self._levelled(kind, path)[start : start + round(seconds * RATE) - lead]
        else:
            try:
                sound = read_audio(
                    self.root / path, start_seconds=max(begin, 0.0), seconds=seconds + min(begin, 0.0)
                )
            except UnusableInputError as problem:
                if kind is TrackKind.EFFECTS:
                    raise
                self.notes.append(problem.message)
                return None
        return np.concatenate([np.zeros((lead, 2), np.float32), sound])

    def _levelled(self, kind: TrackKind, path: str) -> Samples:
        """Read what is used of a voice or music file, brought to the loudness of its kind."""
        if (kind, path) not in self._files:
            start, end = self.used[kind, path]
            sound = read_audio(self.root / path, start_seconds=start, seconds=end - start)
            loudness = integrated_lufs(sound)
            gain_db = 0.0 if loudness <= SILENCE_LUFS else LEVELS_LUFS[kind] - loudness
            self._files[kind, path] = sound * np.float32(10 ** (gain_db / 20))
        return self._files[kind, path]

    def _lay(self, kind: TrackKind, sound: Samples, start: int) -> None:
        if kind not in self._buses:
            self._buses[kind] = np.zeros((self.length, 2), np.float32)
        head, end = max(0, -start), min(len(sound), self.length - start)
        if end > head:
            self._buses[kind][start + head : start + end] += sound[head:end]


def _heard(clip: Clip, kind: TrackKind, detached: frozenset[tuple[str, str]]) -> Take | None:
    """Say which file of a clip is heard, if any."""
    if not isinstance(clip.content, Footage):
        return None
    take = clip.content.take
    silent = take.kind is MediaKind.STILL or (take.kind is MediaKind.VIDEO and not take.has_audio)
    moved = kind in {TrackKind.VIDEO, TrackKind.OVERLAY} and (clip.link, take.path) in detached
    return None if silent or moved else take


def _laps(clips: Sequence[Clip], place: int) -> tuple[int, int]:
    """Give the lengths of the transitions into and out of a clip, in frames: its sound crossfades there."""
    into = clips[place].transition
    following = clips[place + 1] if place + 1 < len(clips) else None
    touching = following is not None and following.placed.start == clips[place].placed.end
    out = following.transition if following is not None and touching else None
    return (into.length_frames if into else 0), (out.length_frames if out else 0)


def _plays_on(left: Clip, right: Clip) -> bool:
    """Tell whether two clips are one sound with an inaudible cut in it."""
    return (
        isinstance(left.content, Footage)
        and isinstance(right.content, Footage)
        and left.content.take.path == right.content.take.path
        and (left.speed, left.ramp_to) == (right.speed, right.ramp_to)
        and left.placed.end == right.placed.start
        and left.source.end == right.source_start
    )


def _levels(clip: Clip, rate: FrameRate, first: int, length: int) -> NDArray[np.float32]:
    """Give the clip's gain per sample: its keyframes in dB, straight lines between frames."""
    if not clip.gain_db:
        return np.ones(length, np.float32)
    frames = np.arange(first, first + int(length / RATE * rate.fps) + 2)
    decibels = [value_at(clip.gain_db, int(frame), 0.0) for frame in frames]
    at = first + np.arange(length) * float(rate.fps / RATE)
    gain: NDArray[np.float32] = (10 ** (np.interp(at, frames, decibels) / 20)).astype(np.float32)
    return gain


def _shape(sound: Samples, rise: int, fall: int) -> None:
    """Fade the ends in place, with equal power; fades that meet share the clip."""
    rise = min(rise, len(sound))
    fall = min(fall, len(sound))
    sound[:rise] *= fade_in(rise)[:, None]
    sound[len(sound) - fall :] *= fade_out(fall)[:, None]


def _faster(sound: Samples, speed: Fraction) -> Samples:
    """Play faster or slower as a tape does."""
    from scipy import signal

    if not len(sound):
        return sound
    near = speed.limit_denominator(200)
    resampled: Samples = signal.resample_poly(sound, near.denominator, near.numerator, axis=0)
    return resampled.astype(np.float32)


def _spoken(voice: Samples) -> tuple[tuple[float, float], ...]:
    """Find where somebody speaks, in seconds; pauses shorter than the hold belong to the speech."""
    hop = RATE // 50
    padded = np.pad(voice, ((0, -len(voice) % hop), (0, 0)))
    blocks = np.square(padded).reshape(-1, hop * 2).mean(axis=1)
    loud = np.flatnonzero(blocks > max(float(blocks.max(initial=0.0)) * 10 ** (VOICE_GATE_DB / 10), 1e-8))
    if not len(loud):
        return ()
    breaks = np.flatnonzero(np.diff(loud) > DUCK_HOLD_SECONDS * 50)
    starts = loud[np.concatenate([[0], breaks + 1])]
    ends = loud[np.concatenate([breaks, [len(loud) - 1]])] + 1
    return tuple((round(int(a) / 50, 2), round(int(b) / 50, 2)) for a, b in zip(starts, ends, strict=True))


def _ducking(spoken: Sequence[tuple[float, float]], length: int, duck_db: float) -> NDArray[np.float32]:
    """Give the gain under a voice: down just before a phrase, up again after it."""
    points = [point for phrase in spoken for point in _dip(*phrase, duck_db)]
    times, decibels = zip(*points, strict=True)
    at = np.arange(length) / RATE
    gain: NDArray[np.float32] = (10 ** (np.interp(at, times, decibels) / 20)).astype(np.float32)
    return gain


def _dip(start: float, end: float, duck_db: float) -> Iterator[tuple[float, float]]:
    yield start - DUCK_ATTACK_SECONDS, 0.0
    yield start, duck_db
    yield end, duck_db
    yield end + DUCK_RELEASE_SECONDS, 0.0
