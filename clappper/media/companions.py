"""What a file's small companions hold, known to those who make them and those who paint them."""

from __future__ import annotations

PEAKS_PER_SECOND = 100
"""A waveform's pairs of lowest and highest sample."""

STRIP_FRAMES = 12
"""A filmstrip's pictures."""
