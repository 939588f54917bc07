"""Learn from ordinary footage what a seam is not, and write ``resources/seams/limits.toml``.

    python tools/learn_seams.py resources/seams/limits.toml CLIP…

A sign's limit is the lowest one that ordinary footage passes at most once in ``MINUTES`` minutes, and never
below what can be seen (``LEAST``).
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from clappper.flow.seams import small_pictures
from clappper.media.probe import probe
from clappper.media.seams import SAME_PLACE, Curve, Signs

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


def main() -> None:
    target, clips = Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]
    seen: dict[str, list[float]] = {name: [] for name in LEAST}
    minutes = 0.0
    for clip in clips:
        facts = probe(clip)
        signs = Signs.measured(small_pictures(clip, facts))
        minutes += signs.frames / float(facts.rate.fps) / 60
        curves = {"jump": signs.jumps(), "colour": signs.colour_steps(), "ghost": signs.ghosts()}
        for name, curve in curves.items():
            seen[name] += peaks(curve)
        print(
            clip.name,
            signs.frames,
            {name: round(float(c.max()), 2) for name, c in curves.items()},
            flush=True,
        )
    allowed = int(minutes / MINUTES)
    lines = [f"# Written by tools/learn_seams.py from {minutes:.1f} minutes of {len(clips)} ordinary clips."]
    for name, values in seen.items():
        ranked = np.sort(values)[::-1]
        limit = ranked[allowed] * 1.01 if len(ranked) > allowed else 0.0
        lines.append(f"{name} = {max(limit, LEAST[name]):.3f}")
    target.write_text("\n".join(lines) + "\n", "utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
