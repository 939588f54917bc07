"""What is between keyframes is drawn only where something moves."""

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
from PIL import Image

from clappper.media.interpolate.warp import Interpolator
from clappper.media.picture import Yuv
from clappper.usd import rendering
from clappper.usd.packet import RenderJob


class Between:
    """Counts what it is asked for and gives the earlier picture."""

    def __init__(self) -> None:
        self.asked: list[float] = []

    def mid(self, before: Yuv, after: Yuv, share: float) -> Yuv:
        del after
        self.asked.append(share)
        return before


def test_a_still_picture_is_held_and_a_moving_one_is_interpolated(tmp_path: Path) -> None:
    (tmp_path / "frames").mkdir()
    for frame, grey in ((0, 40), (3, 40), (5, 90)):
        Image.fromarray(np.full((4, 4, 3), grey, np.uint8)).save(tmp_path / "frames" / f"{frame:04d}.png")
    job, between = cast(RenderJob, SimpleNamespace(keyframes=[0, 3, 5])), Between()
    made = list(rendering.film_pictures(tmp_path, job, cast(Interpolator, between)))
    assert len(made) == 6
    assert between.asked == [0.5]
    assert all(picture is made[0] for picture in made[:4])
    assert made[5].y[0, 0] > made[0].y[0, 0]
