"""How far what is seen drifts across a stitch, by a network that tells the mean colour and by a real one."""

from pathlib import Path

import numpy as np
import pytest

from clappper.review import drift
from clappper.review.drift import Drift, drifts, pictures_of
from clappper.review.scorers.sample import Rgb
from tests.unit.review.clips import moving, write_clip


def lean(pictures: tuple[Rgb, ...]) -> np.ndarray:
    """Embed a picture as a direction in the plane: its first red value, in degrees."""
    angles = np.radians([float(picture[0, 0, 0]) for picture in pictures])
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def dot(red: int) -> Rgb:
    return np.full((1, 1, 3), red, np.uint8)


@pytest.mark.parametrize(
    ("stitch", "bounds", "four"),
    [
        (24, (24,), (12, 20, 28, 36)),
        (24, (24, 15), (15, 21, 27, 33)),
        (24, (24, 30), (21, 23, 25, 27)),
        (24, (24, 26), None),
        (2, (2,), None),
        (0, (), None),
        (48, (), None),
    ],
)
def test_pictures_are_evenly_spaced_and_stay_within_the_pieces(
    stitch: int, bounds: tuple[int, ...], four: tuple[int, ...] | None
) -> None:
    assert pictures_of(stitch, bounds, 48) == four


def test_a_step_across_the_stitch_is_told_against_the_way_inside() -> None:
    pictures = {0: dot(0), 2: dot(6), 4: dot(66), 6: dot(72)}
    (found,) = drifts("lean", lean, [3], {3: (0, 2, 4, 6)}, pictures)
    assert found.across == pytest.approx(1 - np.cos(np.radians(60)), abs=1e-4)
    assert found.inside == pytest.approx(1 - np.cos(np.radians(6)), abs=1e-4)
    assert found.times is not None
    assert found.times > 50
    assert str(found) == "lean 0.500 across, 0.005 inside"


def test_what_cannot_be_computed_says_why() -> None:
    assert drifts("lean", "it is not here.", [3], {}, {}) == [
        Drift(3, "lean", reason="cannot compute: it is not here.")
    ]
    (short,) = drifts("lean", lean, [3], {}, {})
    assert short.times is None
    assert str(short) == "lean: cannot compute: a piece beside the stitch is too short."


def test_the_shipped_network_sees_another_picture_behind_the_stitch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clappper.review.scorers.language.NEEDED", ("no_such_package",))
    plain = np.broadcast_to(np.linspace(20, 230, 128, dtype=np.uint8)[None, :, None], (72, 128, 3))
    pictures = [*moving(12), *(np.roll(plain, 2 * number, axis=0) for number in range(12))]
    clip = write_clip(tmp_path / "a.mp4", pictures)
    by_name = {one.by: one for one in drift.measure(clip, [12], 24, tmp_path)}
    assert by_name["CLIP"].reason.startswith("cannot compute: no_such_package must be installed; ")
    seen = by_name["EfficientNet"]
    assert seen.times is not None
    assert seen.times > 3
