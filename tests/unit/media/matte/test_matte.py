from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from clappper.media.colour import rgb_picture, yuv_picture
from clappper.media.matte.edges import Steadier, refined
from clappper.media.matte.key import Alpha, ChannelScreen, HueScreen, Key, Rgb, screen_named, screen_of
from clappper.media.matte.person import PersonMatte
from clappper.media.matte.settle import (
    blurred_by_motion,
    coloured_like,
    contact_shadow,
    grain_of,
    grained_like,
    over,
    shaded,
)
from clappper.media.models import ModelStore
from clappper.media.picture import Yuv

SIZE = (120, 160)
GREEN, YELLOW = (0.1, 0.75, 0.2), (0.8, 0.78, 0.08)


def disc(soft: float = 1.5) -> Alpha:
    y, x = np.mgrid[: SIZE[0], : SIZE[1]]
    return np.asarray(np.clip((40 - np.hypot(x - 80, y - 66)) / soft + 0.5, 0, 1), np.float32)


def on_screen(alpha: Alpha, screen: tuple[float, float, float], uneven: float = 0.0) -> Rgb:
    """Lay a skin-coloured, striped disc on a noisy screen that gets darker to one side."""
    rng = np.random.default_rng(1)
    subject = np.empty((*SIZE, 3), np.float32)
    subject[:] = (0.75, 0.55, 0.45)
    subject[::8] *= 0.4
    light = 1 - uneven * np.linspace(0, 1, SIZE[1], dtype=np.float32)[None, :, None]
    wall = np.array(screen, np.float32) * light + rng.normal(0, 0.008, (*SIZE, 3))
    share = alpha[..., None]
    return np.clip(subject * share + wall * (1 - share), 0, 1).astype(np.float32)


@pytest.mark.parametrize("screen", [GREEN, (0.1, 0.25, 0.85)])
@pytest.mark.parametrize("uneven", [0.0, 0.35])
def test_a_screen_is_keyed_closely_also_where_it_is_uneven(
    screen: tuple[float, float, float], uneven: float
) -> None:
    alpha = disc()
    cut = Key().cut(yuv_picture(on_screen(alpha, screen, uneven)))
    assert float(((cut.alpha - alpha) ** 2).mean()) < 1.5e-3


def test_a_wall_of_another_colour_is_keyed_and_skin_stays() -> None:
    alpha = disc()
    rgb = on_screen(alpha, YELLOW, 0.2)
    assert isinstance(screen_of(rgb), HueScreen)
    cut = Key().cut(yuv_picture(rgb))
    assert float(np.abs(cut.alpha - alpha)[alpha == 1].mean()) < 0.1
    assert float(cut.alpha[alpha == 0].mean()) < 0.02


def test_no_screen_means_that_all_stays() -> None:
    grey = yuv_picture(np.full((*SIZE, 3), 0.4, np.float32))
    cut = Key().cut(grey)
    assert cut.picture is grey
    assert float(cut.alpha.min()) == 1


def test_no_green_is_left_at_the_edge() -> None:
    alpha = disc(soft=12)
    cut = Key().cut(yuv_picture(on_screen(alpha, GREEN)))
    rgb = rgb_picture(cut.picture)
    rim = (alpha > 0.2) & (alpha < 0.9)
    assert float((rgb[..., 1] - np.maximum(rgb[..., 0], rgb[..., 2]))[rim].max()) < 0.06
    kept = Key(despill=0).cut(yuv_picture(on_screen(alpha, GREEN)))
    assert kept.alpha.shape == cut.alpha.shape


def test_screens_are_named_by_colour() -> None:
    assert screen_named("#00B140") == ChannelScreen(1)
    assert screen_named("#0000FF") == ChannelScreen(2)
    assert isinstance(screen_named("#CCC814"), HueScreen)


def test_edges_are_drawn_in_and_softened() -> None:
    alpha = np.kron(disc(), np.ones((5, 5), np.float32))
    assert refined(alpha) is alpha
    assert float(refined(alpha, shrink=6).sum()) < float(alpha.sum())
    assert float(refined(alpha, shrink=-6).sum()) > float(alpha.sum())
    soft = refined(alpha, soften=10)
    assert ((soft > 0.1) & (soft < 0.9)).sum() > 2 * ((alpha > 0.1) & (alpha < 0.9)).sum()


def noisy(seed: int, shift: int = 0) -> tuple[np.ndarray, Alpha]:
    rng = np.random.default_rng(seed)
    world = cv2.GaussianBlur(np.random.default_rng(9).normal(0, 1, SIZE).astype(np.float32), (0, 0), 3)
    luma = np.clip(128 + world * 400, 0, 255).astype(np.uint8)
    alpha = np.clip(disc() + rng.normal(0, 0.1, SIZE), 0, 1)
    return np.roll(luma, shift, 1), np.roll(alpha, shift, 1).astype(np.float32)


def test_a_matte_is_steadied_over_time_and_starts_afresh_at_a_cut() -> None:
    steadier = Steadier(0.6)
    made = [steadier.steadied(*noisy(seed, 2 * seed)) for seed in range(6)]
    plain = noisy(5, 10)[1]
    truth = np.roll(disc(), 10, 1)
    assert float(((made[-1] - truth) ** 2).mean()) < 0.8 * float(((plain - truth) ** 2).mean())
    other = 255 - cv2.GaussianBlur(noisy(1)[0][::-1, ::-1].copy(), (0, 0), 1)
    fresh = np.zeros(SIZE, np.float32)
    assert steadier.steadied(np.roll(other, 70, 1).astype(np.uint8), fresh) is fresh


def test_people_are_found_by_the_built_in_network(tmp_path: Path) -> None:
    matte = PersonMatte(ModelStore.open(tmp_path).get("selfie"))
    empty = matte.cut(yuv_picture(np.full((*SIZE, 3), 0.5, np.float32)))
    assert float(empty.alpha.mean()) < 0.3
    assert empty.alpha.dtype == np.float32
    assert empty.alpha.shape == SIZE


def plain(luma: int, u: int = 128, v: int = 128) -> Yuv:
    half = (SIZE[0] // 2, SIZE[1] // 2)
    return Yuv(np.full(SIZE, luma, np.uint8), np.full(half, u, np.uint8), np.full(half, v, np.uint8))


def test_colours_move_towards_the_ground_by_the_amount_asked_for() -> None:
    picture, ground = plain(120), plain(140, 110, 150)
    assert coloured_like(picture, disc(), ground, 0) is picture
    half, whole = (coloured_like(picture, disc(), ground, amount) for amount in (0.5, 1.0))
    assert 120 < float(half.y.mean()) < float(whole.y.mean()) <= 141
    assert float(whole.u.mean()) < 128 < float(whole.v.mean())


def test_missing_grain_is_added() -> None:
    ground = plain(120)
    noise = np.random.default_rng(2).normal(0, 5, SIZE)
    ground = Yuv(np.clip(ground.y + noise, 0, 255).astype(np.uint8), ground.u, ground.v)
    assert grain_of(ground.y) == pytest.approx(5, rel=0.15)
    assert grain_of(grained_like(plain(90), ground, 1).y) == pytest.approx(5, rel=0.2)
    assert grained_like(ground, plain(90), 1) is ground


def test_a_shadow_lies_under_the_feet_only() -> None:
    alpha = np.zeros(SIZE, np.float32)
    alpha[20:100, 60:100] = 1
    shadow = contact_shadow(alpha)
    assert shadow[101, 80] > 0.5
    assert shadow[60, 80] < 0.01
    assert shadow[101, 20] < 0.05
    assert float(shaded(plain(120), shadow, 0.8).y[101, 80]) < 90
    assert contact_shadow(np.zeros(SIZE, np.float32)).max() == 0


def test_motion_blur_runs_along_the_motion() -> None:
    alpha = np.zeros(SIZE, np.float32)
    alpha[50:70, 70:90] = 1
    _, smeared = blurred_by_motion(plain(120), alpha, np.array([16.0, 0.0]), 0.5)
    assert 0 < smeared[60, 67] < 1
    assert smeared[46, 80] < 1e-3
    assert blurred_by_motion(plain(120), alpha, np.array([0.5, 0.0]), 0.5)[1] is alpha


def test_a_cut_out_is_laid_over_its_ground() -> None:
    laid = over(plain(200), disc(), plain(50))
    assert (int(laid.y[66, 80]), int(laid.y[2, 2])) == (200, 50)


def test_a_closer_look_that_loses_sight_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first look finds a whole person, every one after it only a hand in a corner of what it sees."""
    looks = 0

    def found(_self: PersonMatte, rgb: Rgb) -> Alpha:
        nonlocal looks
        looks += 1
        alpha = np.zeros(rgb.shape[:2], np.float32)
        if looks == 1:
            alpha[20:60, 30:60] = 1
        else:
            alpha[:8, :8] = 1
        return alpha

    monkeypatch.setattr(PersonMatte, "found", found)
    people = PersonMatte(ModelStore.open(Path()).get("selfie"))
    alpha = people.cut(Yuv.blank(96, 64, luma=90)).alpha
    assert looks == 5
    assert float(alpha.sum()) == 40 * 30
