"""Learn from ordinary footage what a seam is not, and write ``resources/seams/limits.toml``.

    python tools/learn_seams.py resources/seams/limits.toml CLIP…

A sign's limit is the lowest one that ordinary footage passes at most once in ``MINUTES`` minutes, and never
below what can be seen (``LEAST``).
"""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np

from clappper.flow.clips.seams import small_pictures
from clappper.media.probe import probe
from clappper.media.seams import SAME_PLACE, Curve, Limits, Signs

MINUTES = 4.0
LEAST = {"jump": 1.8, "colour": 1.9, "ghost": 1.06}


def peaks(curve: Curve) -> list[float]:
    """Give the largest value of each place, so that one event counts once."""
    rest, found = curve.copy(), []
    while rest.size and rest.max() > 0:
        at = int(rest.argmax())
        found.append(float(rest[at]))
        rest[max(0, at - SAME_PLACE) : at + SAME_PLACE + 1] = 0
    return found


class Ordinary:
    """How strong each sign gets in ordinary footage, place by place."""

    def __init__(self) -> None:
        self.minutes = 0.0
        self._peaks: dict[str, list[float]] = {name: [] for name in LEAST}

    def add(self, signs: Signs, rate: float) -> None:
        """Take in a clip of so many frames a second."""
        self.minutes += signs.frames / rate / 60
        for name, curve in curves(signs).items():
            self._peaks[name] += peaks(curve)

    def limits(self) -> Limits:
        """Give the lowest limits that keep the promise."""
        allowed = int(self.minutes / MINUTES)
        found = {}
        for name, values in self._peaks.items():
            ranked = np.sort(values)[::-1]
            limit = float(ranked[allowed]) * 1.01 if len(ranked) > allowed else 0.0
            found[name] = round(max(limit, LEAST[name]), 3)
        return Limits(**found)


def curves(signs: Signs) -> dict[str, Curve]:
    return {"jump": signs.jumps(), "colour": signs.colour_steps(), "ghost": signs.ghosts()}


def main() -> None:
    target, clips = Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]
    ordinary = Ordinary()
    for clip in clips:
        facts = probe(clip)
        signs = Signs.measured(small_pictures(clip, facts))
        ordinary.add(signs, float(facts.rate.fps))
        strongest = {name: round(float(curve.max()), 2) for name, curve in curves(signs).items()}
        print(clip.name, signs.frames, strongest, flush=True)
    made = f"from {ordinary.minutes:.1f} minutes of {len(clips)} ordinary clips."
    learned = [f"{name} = {limit:.3f}" for name, limit in asdict(ordinary.limits()).items()]
    lines = [f"# Written by tools/learn_seams.py {made}", *learned]
    target.write_text("\n".join(lines) + "\n", "utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
