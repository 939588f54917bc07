"""How well seams are found, and how seldom ordinary footage is blamed.

Seams are planted into real clips, a quarter of each kind: ``jump`` leaves out 4 to 12 frames where that shows
(the change is 2.2 x the largest around it), ``colour`` shifts all that follows by 5 to 14 codes of luma or 5
to 9 of chroma, ``freeze`` repeats a picture 2 to 5 times in motion, ``ghost`` fades for 1 to 3 frames between
pictures that do not lie on each other. A finding within 4 frames of the plant counts, any other one is an
error. Untouched clips are looked at as they are.

Run it with ``python -m benchmarks.seams CLIP…``.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from clappper.flow.seams import small_pictures
from clappper.media.picture import Yuv
from clappper.media.probe import probe
from clappper.media.seams import SAME_PLACE, Inspection, inspect

KINDS = ("jump", "colour", "freeze", "ghost")
BESIDE = 13
Film = list[Yuv]
Stitched = tuple[Film, int, int]
"""Pictures, and the first and the last frame of the seam."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("clips", nargs="+", type=Path)
    parser.add_argument("--planted", type=int, default=200)
    parser.add_argument("--seed", type=int, default=3)
    arguments = parser.parse_args()
    films: dict[str, tuple[Film, Inspection]] = {}
    seconds, alarms = 0.0, Counter[str]()
    for clip in arguments.clips:
        facts = probe(clip)
        film = [picture.copy() for picture in small_pictures(clip, facts)]
        found = inspect(film)
        films[clip.stem] = film, found
        seconds += len(film) / float(facts.rate.fps)
        for seam in found.seams:
            alarms[f"{clip.stem}:{seam.kind}"] += 1
    total = sum(alarms.values())
    rate = 60 * total / seconds
    print(f"untouched: {seconds:.0f} s, {total} alarms, {rate:.2f} a minute; {dict(alarms)}", flush=True)
    planted(films, arguments.planted, random.Random(arguments.seed))


def planted(films: dict[str, tuple[Film, Inspection]], count: int, rng: random.Random) -> None:
    hits, misses, false = Counter[str](), Counter[str](), 0
    named = 0
    long = [name for name, (film, _) in films.items() if len(film) > 60]
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        stitched = None
        while stitched is None:
            film, known = films[rng.choice(long)]
            stitched = plant(kind, film, known.cuts, rng)
        pictures, first, last = stitched
        seams = inspect(pictures).seams
        near = [s for s in seams if first - SAME_PLACE <= s.frame <= last + SAME_PLACE]
        (hits if near else misses)[kind] += 1
        named += any(seam.kind == kind for seam in near)
        false += len(seams) - len(near)
    found, lost = sum(hits.values()), sum(misses.values())
    f1 = 2 * found / (2 * found + false + lost)
    print(f"planted: {count}, found {found}, missed {lost} {dict(misses)}, elsewhere {false}")
    print(f"F1 {f1:.3f}, kind named right {named}")


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
