from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

CORPUS = Path(__file__).parents[4] / "shared" / "media"


@pytest.fixture(scope="session")
def corpus() -> Path:
    if not CORPUS.is_dir():
        pytest.skip("the development media is not on this machine")
    return CORPUS


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Twelve 64x36 frames at 12 fps with a moving bar, and one second of a 48 kHz tone."""
    path = tmp_path / "clip.mp4"
    with av.open(str(path), "w") as container:
        picture = container.add_stream("libx264", rate=12)
        picture.width, picture.height, picture.pix_fmt = 64, 36, "yuv420p"
        sound = container.add_stream("aac", rate=48000, layout="stereo")
        for index in range(12):
            rgb = np.zeros((36, 64, 3), np.uint8)
            rgb[:, index * 5 : index * 5 + 5] = (200, 90, 40)
            container.mux(picture.encode(av.VideoFrame.from_ndarray(rgb, format="rgb24")))
        tone = np.sin(np.arange(48000) * (2 * np.pi * 440 / 48000)).astype(np.float32) * 0.2
        frame = av.AudioFrame.from_ndarray(np.stack([tone, tone]), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = 48000, 0, Fraction(1, 48000)
        container.mux(sound.encode(frame))
        container.mux(sound.encode(None))
        container.mux(picture.encode(None))
    return path
