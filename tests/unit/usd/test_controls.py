from pathlib import Path

import numpy as np
import pytest

from clappper.base.errors import UnusableInputError
from clappper.usd.controls import SEG_COLOURS, flat_colours, near_bright
from clappper.usd.exr import read_channel, write_channels
from clappper.usd.foreign.ovrtx_worker import write_exr


def test_labels_become_flat_colours() -> None:
    masks = np.array([[[255, 0, 0], [120, 135, 0], [0, 0, 255], [0, 0, 0]]], np.uint8)
    assert flat_colours(masks)[0].tolist() == SEG_COLOURS.tolist()


def test_depth_is_bright_near_and_black_at_infinity() -> None:
    grey = near_bright(np.array([[0.5, 1.0, 2.0, np.inf]], np.float32), 0.5, 2.0)[0, :, 0]
    assert grey[0] == 255
    assert grey[2] == grey[3] == 0
    assert 0 < grey[1] < 128


def test_depth_files_are_read_plain_and_zipped(tmp_path: Path) -> None:
    depth = np.random.default_rng(0).random((21, 9), np.float32)
    depth[3] = np.inf
    write_exr(tmp_path / "plain.exr", depth)
    assert np.array_equal(read_channel(tmp_path / "plain.exr"), depth)
    write_channels(tmp_path / "zipped.exr", {"Z": depth, "A": depth + 1})
    assert np.array_equal(read_channel(tmp_path / "zipped.exr"), depth)
    assert np.array_equal(read_channel(tmp_path / "zipped.exr", "A"), depth + 1)


def test_others_read_our_files(tmp_path: Path) -> None:
    mi = pytest.importorskip("mitsuba", reason="Mitsuba is not installed: pip install clappper[render]")
    mi.set_variant("scalar_rgb")
    smooth = np.linspace(0, 4, 40 * 9, dtype=np.float32).reshape(40, 9)
    write_channels(tmp_path / "a.exr", {"Z": smooth})
    assert np.array_equal(np.array(mi.Bitmap(str(tmp_path / "a.exr"))).reshape(40, 9), smooth)


def test_a_damaged_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.exr").write_bytes(b"v/1\x01 nonsense")
    with pytest.raises(UnusableInputError, match=r"a\.exr cannot be read as depth"):
        read_channel(tmp_path / "a.exr")
