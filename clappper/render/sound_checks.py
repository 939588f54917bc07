"""Is the sound what platforms expect: there, loud enough, without peaks that a phone would crush?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from clappper.media.audio import RATE, Samples
from clappper.media.loudness import measure
from clappper.render.verdicts import Finding, Outcome, judged, unmeasured

TARGET_LUFS = -14.0
TOLERANCE_LU = 0.5
CEILING_DBTP = -1.0
FULL_SCALE = 0.999
CLIPPED_RUN = 3
"""So many samples in a row at full scale are a wave with its top cut off, not a peak."""

_SOUND = "music or a voice"
_LOUDNESS = f"{TARGET_LUFS:g} ± {TOLERANCE_LU:g} LUFS"
_PEAK = f"at most {CEILING_DBTP:g} dBTP"


def check_sound(samples: Samples | None, problem: str = "The file has no sound.") -> Iterator[Finding]:
    """Judge decoded 48 kHz sound (n, 2); where there is none, ``problem`` says why in one sentence."""
    if samples is None:
        yield Finding("sound", Outcome.FAILED, "none", _SOUND, problem)
        for code, wanted in (("loudness", _LOUDNESS), ("true-peak", _PEAK), ("clipping", "none")):
            yield unmeasured(code, wanted, problem)
        return
    loudness = measure(samples)
    yield Finding("sound", Outcome.PASSED, f"{len(samples) / RATE:.2f} s", _SOUND)
    level = loudness.integrated_lufs
    message = "It is silent." if loudness.is_silent else f"It plays at {level:.1f} LUFS, not {TARGET_LUFS:g}."
    measured = "silence" if loudness.is_silent else f"{level:.1f} LUFS"
    yield judged("loudness", abs(level - TARGET_LUFS) <= TOLERANCE_LU + 0.005, measured, _LOUDNESS, message)
    peak = loudness.true_peak_dbtp
    message = f"Its peaks reach {peak:.1f} dBTP; lossy players distort above {CEILING_DBTP:g}."
    yield judged("true-peak", peak <= CEILING_DBTP + 0.005, f"{peak:.1f} dBTP", _PEAK, message)
    yield _clipping(samples)


def _clipping(samples: Samples) -> Finding:
    start = first_clipped(samples)
    seconds = None if start is None else start / RATE
    message = "" if seconds is None else f"The sound is cut off at full scale at {seconds:.2f} s."
    return judged("clipping", start is None, "none" if start is None else "clipped", "none", message, seconds)


def first_clipped(samples: Samples) -> int | None:
    """Find the first sample of the first ``CLIPPED_RUN`` in a row at full scale, in any channel."""
    full = np.abs(samples) >= FULL_SCALE
    if len(full) < CLIPPED_RUN:
        return None
    runs = np.logical_and.reduce([full[n : len(full) - CLIPPED_RUN + 1 + n] for n in range(CLIPPED_RUN)])
    starts = np.flatnonzero(runs.any(axis=1))
    return int(starts[0]) if starts.size else None
