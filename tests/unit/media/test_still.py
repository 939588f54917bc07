from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clappper.base.errors import UnusableInputError
from clappper.media.drawing import MAX_SIDE
from clappper.media.still import has_useful_alpha, load_rgba, measure_picture

RED = (200, 30, 20)


def saved(path: Path, image: Image.Image, **options: object) -> Path:
    image.save(path, **options)  # type: ignore[arg-type]
    return path


@pytest.mark.parametrize("suffix", ["png", "bmp", "tiff", "webp", "gif", "jpg"])
def test_every_format_gives_the_same_picture(tmp_path: Path, suffix: str) -> None:
    options = {"lossless": True} if suffix == "webp" else {"quality": 100} if suffix == "jpg" else {}
    path = saved(tmp_path / f"a.{suffix}", Image.new("RGB", (12, 8), RED), **options)
    rgba = load_rgba(path)
    assert rgba.shape == (8, 12, 4)
    assert np.abs(rgba.astype(int) - (*RED, 255)).max() <= 3


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "CMYK", "I;16", "F", "RGBA"])
def test_every_mode_becomes_eight_bit_rgba(tmp_path: Path, mode: str) -> None:
    grey = np.full((8, 12), 128, np.uint8)
    image = {
        "I;16": lambda: Image.fromarray(grey.astype(np.uint16) * 257),
        "F": lambda: Image.fromarray(grey.astype(np.float32) / 255),
    }.get(mode, lambda: Image.fromarray(grey).convert("RGB").convert(mode))()
    path = saved(tmp_path / ("a.tif" if mode in {"CMYK", "F"} else "a.png"), image)
    rgba = load_rgba(path)
    assert (rgba[..., 3] == 255).all()
    if mode not in {"1", "P"}:
        assert np.abs(rgba[..., :3].astype(int) - 128).max() <= 2


def test_a_sideways_photo_is_turned_upright(tmp_path: Path) -> None:
    image = Image.new("RGB", (16, 8), "black")
    image.paste((255, 255, 255), (0, 0, 8, 8))
    exif = Image.Exif()
    exif[0x0112] = 6
    path = saved(tmp_path / "a.jpg", image, exif=exif, quality=95)
    size = measure_picture(path)
    assert (size.width, size.height) == (8, 16)
    upright = load_rgba(path)
    assert upright.shape == (16, 8, 4)
    assert upright[2, 4, 0] > 200
    assert upright[13, 4, 0] < 50


def test_a_very_wide_logo_is_reduced_and_keeps_its_edges(tmp_path: Path) -> None:
    wide = Image.new("RGBA", (20_000, 50), (*RED, 255))
    path = saved(tmp_path / "wide.png", wide)
    rgba = load_rgba(path)
    assert rgba.shape[1] == MAX_SIDE
    assert tuple(rgba[3, 100]) == (*RED, 255)
    assert load_rgba(path, width=300).shape[1] == 300


def test_see_through_pixels_do_not_bleed_into_a_reduced_picture(tmp_path: Path) -> None:
    pixels = np.zeros((400, 400, 4), np.uint8)
    pixels[:, 200:] = (*RED, 255)
    rgba = load_rgba(saved(tmp_path / "a.png", Image.fromarray(pixels)), width=50)
    edge = rgba[rgba[..., 3] > 40]
    assert np.abs(edge[:, :3].astype(int) - RED).max() <= 3


def test_a_bomb_is_refused_by_its_header(tmp_path: Path) -> None:
    header = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0)
    path = tmp_path / "bomb.png"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + header
        + struct.pack(">I", zlib.crc32(header))
        + struct.pack(">I", 9)
        + b"IDAT"
    )
    with pytest.raises(UnusableInputError, match="pixels"):
        load_rgba(path)


def test_damaged_pictures_and_other_media_are_refused(tmp_path: Path, clip: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (64, 64, 3), np.uint8)
    whole = saved(tmp_path / "a.png", Image.fromarray(noise)).read_bytes()
    (tmp_path / "a.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UnusableInputError, match=r"a\.png is damaged"):
        load_rgba(tmp_path / "a.png")
    with pytest.raises(UnusableInputError, match="not a picture"):
        load_rgba(clip)


def test_transparency_is_told() -> None:
    rgba = np.zeros((20, 20, 4), np.uint8)
    rgba[:, :] = (*RED, 255)
    rgba[:5] = (255, 255, 255, 255)
    assert not has_useful_alpha(rgba)
    rgba[:3, :, 3] = 0
    assert has_useful_alpha(rgba)
    rgba[..., 3] = 0
    assert not has_useful_alpha(rgba)


def test_real_logos_and_products_load(corpus: Path) -> None:
    for name in ("brand/logos/python.svg", "products/saleor-sunnies.png", "products/eshop/1.webp"):
        rgba = load_rgba(corpus / name, width=200)
        assert rgba.shape[1] == 200
        assert rgba[..., 3].any()
