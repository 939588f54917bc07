"""How well seams are found, and how seldom ordinary footage is blamed.

Seams are planted into real clips, a quarter of each kind: ``jump`` leaves out 4 to 12 frames where that shows
(the change is 2.2 x the largest around it), ``colour`` shifts all that follows by 5 to 14 codes of luma or 5
to 9 of chroma, ``freeze`` repeats a picture 2 to 5 times in motion, ``ghost`` fades for 1 to 3 frames between
pictures that do not lie on each other. A finding within 4 frames of the plant counts, any other one is an
error. Untouched clips are looked at as they are. ``--held-out``: the limits for one half of the clips are
learned from the other half, and the other way round.

Run it with ``python -m benchmarks.seams CLIP…``.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from clappper.flow.clips.seams import small_pictures
from clappper.media.picture import Yuv
from clappper.media.probe import probe
from clappper.media.seams import SAME_PLACE, Limits, Signs, inspect, learned_limits
from tools.learn_seams import Ordinary

KINDS = ("jump", "colour", "freeze", "ghost")
BESIDE = 13
Film = list[Yuv]
Stitched = tuple[Film, int, int]
"""Pictures, and the first and the last frame of the seam."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip's small pictures, and what was measured in it."""

    name: str
    film: Film
    rate: float
    signs: Signs


@dataclass(slots=True)
class Tally:
    """What was found where it should be, and where not."""

    seconds: float = 0.0
    alarms: Counter[str] = field(default_factory=Counter)
    hits: Counter[str] = field(default_factory=Counter)
    misses: Counter[str] = field(default_factory=Counter)
    elsewhere: int = 0
    named: int = 0

    def __str__(self) -> str:
        alarms, found, lost = (sum(part.values()) for part in (self.alarms, self.hits, self.misses))
        f1 = 2 * found / max(1, 2 * found + self.elsewhere + lost)
        rate = 60 * alarms / max(1.0, self.seconds)
        return (
            f"untouched {self.seconds:.0f} s: {alarms} alarms, {rate:.2f} a minute {dict(self.alarms)}; "
            f"planted: found {found}, missed {lost} {dict(self.misses)}, elsewhere {self.elsewhere}, "
            f"named right {self.named}; F1 {f1:.3f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("clips", nargs="+", type=Path)
    parser.add_argument("--planted", type=int, default=200)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--held-out", action="store_true")
    arguments = parser.parse_args()
    clips = [looked_at(path) for path in arguments.clips]
    rng = random.Random(arguments.seed)
    if not arguments.held_out:
        print(judged(Tally(), clips, learned_limits(), arguments.planted, rng))
        return
    both = Tally()
    halves = clips[::2], clips[1::2]
    for ours, theirs in (halves, halves[::-1]):
        ordinary = Ordinary()
        for clip in theirs:
            ordinary.add(clip.signs, clip.rate)
        limits = ordinary.limits()
        print(f"learned from {ordinary.minutes:.1f} other minutes: {limits}", flush=True)
        judged(both, ours, limits, arguments.planted // 2, rng)
    print(f"held out, both ways: {both}")


def looked_at(path: Path) -> Clip:
    facts = probe(path)
    film = [picture.copy() for picture in small_pictures(path, facts)]
    return Clip(path.stem, film, float(facts.rate.fps), Signs.measured(film))


def judged(tally: Tally, clips: Sequence[Clip], limits: Limits, count: int, rng: random.Random) -> Tally:
    for clip in clips:
        tally.seconds += len(clip.film) / clip.rate
        tally.alarms.update(f"{clip.name}:{seam.kind}" for seam in clip.signs.seams(limits))
    long = [clip for clip in clips if len(clip.film) > 60]
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        stitched = None
        while stitched is None:
            clip = rng.choice(long)
            stitched = plant(kind, clip.film, clip.signs.cuts, rng)
        pictures, first, last = stitched
        seams = inspect(pictures, limits).seams
        near = [s for s in seams if first - SAME_PLACE <= s.frame <= last + SAME_PLACE]
        (tally.hits if near else tally.misses)[kind] += 1
        tally.named += any(seam.kind == kind for seam in near)
        tally.elsewhere += len(seams) - len(near)
    return tally


def plant(kind: str, film: Film, cuts: Sequence[int], rng: random.Random) -> Stitched | None:
    """Stitch a piece of a clip; None where nothing would show."""
    at = rng.randrange(BESIDE, len(film) - 2 * BESIDE - 8)
    if any(at - BESIDE <= cut <= at + 2 * BESIDE + 8 for cut in cuts):
        return None
    return {"jump": jump, "colour": colour, "freeze": freeze, "ghost": ghost}[kind](film, at, rng)


def jump(film: Film, at: int, rng: random.Random) -> Stitched | None:
    gap = rng.randint(4, 12)
    around = (*range(at - 3, at), *range(at + 1 + gap, at + 4 + gap))
    usual = max(change(film[n], film[n + 1]) for n in around)
    if change(film[at], film[at + 1 + gap]) < max(3.0, 2.2 * usual):
        return None
    return before(film, at) + film[at + 1 + gap :][:BESIDE], BESIDE, BESIDE


def colour(film: Film, at: int, rng: random.Random) -> Stitched:
    shift = rng.choice([(rng.randint(5, 14), 0, 0), (0, rng.randint(5, 9), rng.randint(-9, -5))])
    sign = rng.choice([-1, 1])
    after = [recoloured(picture, [sign * step for step in shift]) for picture in film[at + 1 :][:BESIDE]]
    return before(film, at) + after, BESIDE, BESIDE


def freeze(film: Film, at: int, rng: random.Random) -> Stitched | None:
    if float(np.median([change(film[n], film[n + 1]) for n in range(at - 4, at + 4)])) < 0.7:
        return None
    held = rng.randint(2, 5)
    after = film[at + 1 + held * rng.randint(0, 1) :][:BESIDE]
    return before(film, at) + [film[at]] * held + after, BESIDE, BESIDE + held


def ghost(film: Film, at: int, rng: random.Random) -> Stitched | None:
    length, x, y = rng.randint(1, 3), rng.choice([-1, 1]) * rng.randint(3, 8), rng.randint(-6, 6)
    after = film[at + 1 :][: length + BESIDE]
    moved = [shifted(picture, x, y) for picture in after]
    if change(after[0], moved[0]) < 4:
        return None
    fade = [mixed(after[n], moved[n], (n + 1) / (length + 1)) for n in range(length)]
    return before(film, at) + fade + moved[length:], BESIDE, BESIDE + length


def before(film: Film, at: int) -> Film:
    return film[at - BESIDE + 1 : at + 1]


def change(one: Yuv, other: Yuv) -> float:
    return float(cv2.absdiff(one.y, other.y).mean())


def mixed(one: Yuv, other: Yuv, share: float) -> Yuv:
    return Yuv(
        *(
            np.rint(a * (1 - share) + b * share).astype(np.uint8)
            for a, b in zip(one.planes, other.planes, strict=True)
        )
    )


def recoloured(picture: Yuv, shift: Sequence[int]) -> Yuv:
    return Yuv(
        *(
            np.clip(plane.astype(np.int16) + step, 0, 255).astype(np.uint8)
            for plane, step in zip(picture.planes, shift, strict=True)
        )
    )


def shifted(picture: Yuv, x: int, y: int) -> Yuv:
    planes = []
    for plane, scale in zip(picture.planes, (1, 0.5, 0.5), strict=True):
        matrix = np.array([[1, 0, x * scale], [0, 1, y * scale]], np.float32)
        size = plane.shape[::-1]
        planes.append(
            np.asarray(cv2.warpAffine(plane, matrix, size, borderMode=cv2.BORDER_REPLICATE), np.uint8)
        )
    return Yuv(*planes)


if __name__ == "__main__":
    main()
