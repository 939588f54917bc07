"""Both interpolators against pictures whose middle is known."""

from __future__ import annotations

import numpy as np
import pytest

from clappper.media.interpolate.dis import DisInterpolator
from clappper.media.interpolate.rife import OVERLAP, TILE, RifeInterpolator, mirrored, tiles
from clappper.media.interpolate.warp import Interpolator
from clappper.media.models import ModelStore
from clappper.media.picture import Yuv


def scene(shift: int) -> Yuv:
    """Draw blobs 96x64, shifted to the left by ``shift``."""
    import cv2

    noise = np.random.default_rng(3).normal(0, 1, (64, 160)).astype(np.float32)
    wide = np.clip(120 + cv2.GaussianBlur(noise, (0, 0), 4) * 600, 16, 235).astype(np.uint8)
    y = np.ascontiguousarray(wide[:, 20 + shift : 116 + shift])
    return Yuv(y, np.ascontiguousarray(255 - y[::2, ::2]), np.full((32, 48), 128, np.uint8))


def error(one: Yuv, other: Yuv) -> float:
    return max(
        float(np.abs(mine.astype(int) - theirs).mean())
        for mine, theirs in zip(one.planes, other.planes, strict=True)
    )


@pytest.fixture(scope="module")
def rife(tmp_path_factory: pytest.TempPathFactory) -> RifeInterpolator:
    models = ModelStore.open(tmp_path_factory.mktemp("models"))
    return RifeInterpolator.on_processor(models.get("rife-hdv3"), DisInterpolator())


@pytest.fixture(scope="module")
def best(tmp_path_factory: pytest.TempPathFactory) -> RifeInterpolator:
    models = ModelStore.open(tmp_path_factory.mktemp("models"))
    return RifeInterpolator.on_processor(models.get("rife-hdv3"), DisInterpolator(), twice=True)


@pytest.fixture(params=["dis", "rife", "best"])
def interpolator(
    request: pytest.FixtureRequest, rife: RifeInterpolator, best: RifeInterpolator
) -> Interpolator:
    known: dict[str, Interpolator] = {"dis": DisInterpolator(), "rife": rife, "best": best}
    return known[request.param]


def test_drawn_twice_a_mirrored_scene_is_the_mirrored_picture(best: RifeInterpolator) -> None:
    ends = scene(0), scene(8)
    turned = best.mid(mirrored(ends[0]), mirrored(ends[1]), 0.5)
    straight = best.mid(*ends, 0.5)
    assert error(mirrored(turned), straight) < 0.01
    assert error(turned, straight) > 1


@pytest.mark.parametrize("t", [0.25, 0.5, 0.75])
def test_the_picture_between_lies_between(interpolator: Interpolator, t: float) -> None:
    one, other = scene(0), scene(8)
    made, truth = interpolator.mid(one, other, t), scene(round(8 * t))
    blend = Yuv(
        *(((a.astype(int) + b) // 2).astype(np.uint8) for a, b in zip(one.planes, other.planes, strict=True))
    )
    assert made.y.shape == one.y.shape
    assert made.u.shape == one.u.shape
    assert error(made, truth) < 0.35 * error(blend, scene(4))


def test_two_equal_pictures_have_the_same_between_them(interpolator: Interpolator) -> None:
    one = scene(0)
    assert error(interpolator.mid(one, one.copy(), 0.5), one) < 0.6


def test_pictures_that_share_nothing_keep_their_brightness() -> None:
    made = DisInterpolator().mid(Yuv.blank(64, 48, luma=200), Yuv.blank(64, 48, luma=200), 0.5)
    assert int(made.y.min()) == int(made.y.max()) == 200


def test_rife_leaves_moments_it_cannot_reach_to_the_other(rife: RifeInterpolator) -> None:
    one, other = scene(0), scene(6)
    assert error(rife.mid(one, other, 1 / 3), DisInterpolator().mid(one, other, 1 / 3)) == 0
    assert rife.facts["model"] == "rife-hdv3"
    assert rife.facts["block0.onnx"].startswith("sha256:")


@pytest.mark.parametrize("size", [(64, 96), (TILE, TILE), (2160, 3840)])
def test_tiles_cover_the_picture_without_a_hard_edge(size: tuple[int, int]) -> None:
    whole = np.zeros(size, np.float32)
    for top, left, weight in tiles(*size):
        rows, columns = weight.shape
        whole[top : top + rows, left : left + columns] += weight
        assert max(rows, columns) <= TILE
        inner = weight[0] if left == 0 else weight[:, 0]
        assert inner.max() <= 1
    assert whole.min() > 0
    assert OVERLAP * 2 < TILE


def test_tiles_agree_with_the_whole(rife: RifeInterpolator, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = scene(0), scene(6)
    whole = rife.fields(one, other)
    monkeypatch.setattr("clappper.media.interpolate.rife.TILE", 64)
    monkeypatch.setattr("clappper.media.interpolate.rife.OVERLAP", 32)
    assert float(np.abs(rife.fields(one, other).to_one - whole.to_one).mean()) < 0.5
