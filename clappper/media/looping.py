"""Music of any length for an ad of another: cut at a bar, or played on from a place that sounds alike."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from clappper.media.audio import RATE, Samples, silence
from clappper.media.beats import BeatGrid

CROSSFADE_SECONDS = 0.015
SOFT_SECONDS = 0.002
SHORTEST_FADE_SECONDS, LONGEST_FADE_SECONDS = 0.4, 1.6
COMPARED_SECONDS = 0.8
LOOP_BEATS = 4
LEAST_ALIKE = 0.5
AUDIBLE = 1e-4


@dataclass(frozen=True, slots=True)
class Fitted:
    """Music of exactly the length asked for, its beats, and what was done to it in one sentence."""

    samples: Samples
    grid: BeatGrid
    note: str = ""


def fitted(samples: Samples, grid: BeatGrid, seconds: float) -> Fitted:
    """Make 48 kHz music last exactly ``seconds``, together with its beats.

    Longer music is faded out from its last bar line. Shorter music goes on from the beat that sounds
    most like the one it has reached; music too short or too loose for that is repeated whole.
    """
    wanted = round(seconds * RATE)
    heard = np.flatnonzero(np.abs(samples).max(axis=1, initial=0.0) > AUDIBLE)
    if not len(heard) or not wanted:
        return Fitted(silence(seconds), grid, "The music is silent.")
    note = ""
    if len(samples) < wanted:
        again, end = _loop(samples, grid, int(heard[-1]) + 1)
        if end < wanted:
            samples, grid = _looped(samples[:end], grid, again, wanted)
            note = f"The music is played on from {again / RATE:.2f} s whenever it reaches {end / RATE:.2f} s."
    fade = _fade(grid, seconds)
    if len(samples) >= wanted and not note:
        note = f"The music is cut to {seconds:.2f} s and fades out over its last {fade:.1f} s."
    whole = np.zeros((wanted, 2), np.float32)
    whole[: min(wanted, len(samples))] = samples[:wanted]
    length = round(fade * RATE)
    whole[wanted - length :] *= fade_out(length)[:, None]
    return Fitted(whole, _within(grid, seconds), note)


def fade_in(length: int) -> NDArray[np.float32]:
    """Give the equal-power rise of ``length`` samples, 0 to 1."""
    curve: NDArray[np.float32] = np.sin(np.linspace(0, np.pi / 2, max(length, 0))).astype(np.float32)
    return curve


def fade_out(length: int) -> NDArray[np.float32]:
    """Give the fall of ``length`` samples, 1 to 0; ``fade_in`` backwards."""
    return fade_in(length)[::-1]


def _fade(grid: BeatGrid, seconds: float) -> float:
    """Start to fade at the last bar line that leaves enough time, else shortly before the end."""
    starts = [
        seconds - bar
        for bar in grid.downbeats
        if SHORTEST_FADE_SECONDS <= seconds - bar <= LONGEST_FADE_SECONDS
    ]
    return min([*starts, seconds]) if starts else min(SHORTEST_FADE_SECONDS, seconds)


def _loop(samples: Samples, grid: BeatGrid, audible_end: int) -> tuple[int, int]:
    """Choose the samples between which to loop: start and end."""
    beats = np.round(np.array(grid.beats_seconds) * RATE).astype(int)
    beats = beats[beats + round(COMPARED_SECONDS * RATE) <= audible_end]
    if not grid.is_sure or len(beats) <= LOOP_BEATS:
        return 0, len(samples)
    first, last = np.meshgrid(np.arange(len(beats)), np.arange(len(beats)), indexing="ij")
    score = _alike(samples, beats)
    score += 0.2 * (beats[last] - beats[first]) / len(samples)
    score += 0.2 * ((last - first) % LOOP_BEATS == 0)
    allowed = (last - first >= LOOP_BEATS) & (beats[last] > 0.4 * len(samples))
    score[~allowed] = -1.0
    start, end = np.unravel_index(int(np.argmax(score)), score.shape)
    if score[start, end] < LEAST_ALIKE:
        return 0, len(samples)
    return int(beats[start]), int(beats[end])


def _alike(samples: Samples, moments: NDArray[np.int_]) -> NDArray[np.float64]:
    """Correlate the loudness contours, in steps of 10 ms, of what follows each pair of moments: -1..1."""
    step = RATE // 100
    size = round(COMPARED_SECONDS * 100)
    level = np.abs(samples[: len(samples) // step * step]).mean(axis=1).reshape(-1, step).mean(axis=1)
    places = np.minimum(moments // step, max(0, len(level) - size))
    contours = level[places[:, None] + np.arange(size)].astype(np.float64)
    contours -= contours.mean(axis=1, keepdims=True)
    contours /= np.maximum(np.linalg.norm(contours, axis=1, keepdims=True), 1e-12)
    alike: NDArray[np.float64] = contours @ contours.T
    return alike


def _looped(samples: Samples, grid: BeatGrid, again: int, wanted: int) -> tuple[Samples, BeatGrid]:
    end = len(samples)
    cross = min(round(CROSSFADE_SECONDS * RATE), end - again, again)
    soft = min(round(SOFT_SECONDS * RATE), end // 2)
    piece = samples[again:]
    rounds = -(-(wanted - end) // len(piece))
    out = np.concatenate([samples, *[piece] * rounds])
    for number in range(rounds):
        joint = end + number * len(piece)
        if cross:
            before = samples[again - cross : again] * fade_in(cross)[:, None]
            out[joint - cross : joint] = out[joint - cross : joint] * fade_out(cross)[:, None] + before
        else:
            out[joint - soft : joint] *= fade_out(soft)[:, None]
            out[joint : joint + soft] *= fade_in(soft)[:, None]
    return out, _repeated(grid, again / RATE, end / RATE, rounds)


def _repeated(grid: BeatGrid, again: float, end: float, rounds: int) -> BeatGrid:
    """Repeat what lies between two moments; a moment just before the end belongs to the next round."""
    nearly = 0.02

    def repeat(times: tuple[float, ...]) -> tuple[float, ...]:
        once = [time for time in times if time < end - nearly]
        loop = [max(time, again) for time in times if again - nearly <= time < end - nearly]
        more = [time + turn * (end - again) for turn in range(1, rounds + 1) for time in loop]
        return tuple(round(time, 4) for time in [*once, *more])

    return replace(
        grid,
        beats_seconds=repeat(grid.beats_seconds),
        downbeats=repeat(grid.downbeats),
        onsets=repeat(grid.onsets),
    )


def _within(grid: BeatGrid, seconds: float) -> BeatGrid:
    def keep(times: tuple[float, ...]) -> tuple[float, ...]:
        return tuple(time for time in times if time < seconds)

    return replace(
        grid, beats_seconds=keep(grid.beats_seconds), downbeats=keep(grid.downbeats), onsets=keep(grid.onsets)
    )
