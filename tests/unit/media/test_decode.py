from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from clappper.base.errors import UnusableInputError
from clappper.base.units import FrameRate
from clappper.media.conform import Fit, Turn, fit_inside, window_of
from clappper.media.decode import FrameReader, StillReader

SHARED = Path(__file__).parents[3] / "../shared/media"


def write_steps(
    path: Path,
    times: list[Fraction],
    *,
    size: tuple[int, int] = (64, 36),
    full_range: bool = False,
    start: Fraction = Fraction(0),
    gop: int = 8,
) -> Path:
    """Write one plain grey picture per time; picture n has luma 20 + 8 n."""
    base = Fraction(1, 90_000)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30, options={"crf": "4", "g": str(gop), "bf": "2"})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.codec_context.time_base = base
        stream.codec_context.colorspace = 1
        stream.codec_context.color_range = 2 if full_range else 1
        for number, seconds in enumerate(times):
            frame = av.VideoFrame(*size, "yuv420p")
            for plane, level in zip(frame.planes, (20 + 8 * number, 128, 128), strict=True):
                plane.update(bytes([level]) * plane.buffer_size)
            frame.pts = round((seconds + start) / base)
            frame.time_base = base
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def shown(reader: FrameReader, frame: int) -> int:
    """Tell which picture of ``write_steps`` a frame shows."""
    return round((float(reader.at(frame).y.mean()) - 20) / 8)


def open_at(path: Path) -> FrameReader:
    return FrameReader(path, rate=FrameRate(30), width=64, height=36)


def evenly(count: int, fps: Fraction) -> list[Fraction]:
    return [number / fps for number in range(count)]


def test_every_frame_of_a_clip_at_the_timelines_rate_is_shown_once(tmp_path: Path) -> None:
    with open_at(write_steps(tmp_path / "a.mp4", evenly(20, Fraction(30)))) as reader:
        assert [shown(reader, frame) for frame in range(20)] == list(range(20))


@pytest.mark.parametrize(
    ("fps", "expected"),
    [
        (Fraction(30_000, 1001), [0, 1, 2, 3, 4, 5, 6, 7]),
        (Fraction(60_000, 1001), [0, 2, 4, 6, 8, 10, 12, 14]),
        (Fraction(60), [0, 2, 4, 6, 8, 10, 12, 14]),
        (Fraction(15), [0, 0, 1, 1, 2, 2, 3, 3]),
        (Fraction(24), [0, 1, 1, 2, 3, 4, 5, 5]),
    ],
)
def test_other_rates_are_conformed_by_time(tmp_path: Path, fps: Fraction, expected: list[int]) -> None:
    with open_at(write_steps(tmp_path / "a.mp4", evenly(20, fps))) as reader:
        assert [shown(reader, frame) for frame in range(8)] == expected


def test_variable_rate_follows_the_time_stamps(tmp_path: Path) -> None:
    times = [Fraction(0), Fraction(1, 30), Fraction(10, 30), Fraction(11, 30)]
    with open_at(write_steps(tmp_path / "a.mp4", times)) as reader:
        assert [shown(reader, frame) for frame in range(12)] == [0, *[1] * 9, 2, 3]


def test_a_late_start_counts_from_the_first_picture(tmp_path: Path) -> None:
    path = write_steps(tmp_path / "a.mkv", evenly(10, Fraction(30)), start=Fraction(7, 2))
    with open_at(path) as reader:
        assert [shown(reader, frame) for frame in (0, 5, 9)] == [0, 5, 9]


def test_jumps_are_exact_and_the_last_picture_is_held(tmp_path: Path) -> None:
    with open_at(write_steps(tmp_path / "a.mp4", evenly(25, Fraction(30)))) as reader:
        order = [24, 0, 17, 3, 9, 8, 100, 12, -4]
        assert [shown(reader, frame) for frame in order] == [24, 0, 17, 3, 9, 8, 24, 12, 0]


def test_a_jump_far_ahead_seeks_and_lands_exactly(tmp_path: Path) -> None:
    with open_at(write_steps(tmp_path / "a.mp4", evenly(25, Fraction(2)))) as reader:
        assert [shown(reader, frame) for frame in (0, 300, 15, 345)] == [0, 20, 1, 23]


def test_the_same_picture_is_the_same_object(tmp_path: Path) -> None:
    with open_at(write_steps(tmp_path / "a.mp4", evenly(4, Fraction(15)))) as reader:
        assert reader.at(0) is reader.at(1)
        assert reader.at(1) is not reader.at(2)


def test_a_clip_that_fits_is_not_copied(tmp_path: Path) -> None:
    path = write_steps(tmp_path / "a.mp4", evenly(2, Fraction(30)))
    with open_at(path) as reader:
        assert not reader.at(0).y.flags.owndata


def test_full_range_is_brought_to_limited_range(tmp_path: Path) -> None:
    path = write_steps(tmp_path / "a.mp4", evenly(2, Fraction(30)), full_range=True)
    with open_at(path) as reader:
        assert reader.at(0).y.mean() == pytest.approx(16 + 20 * 219 / 255, abs=1)


def test_odd_sizes_are_scaled_to_the_canvas(tmp_path: Path) -> None:
    path = tmp_path / "odd.avi"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=30)
        stream.width, stream.height, stream.pix_fmt = 33, 21, "yuv444p"
        frame = av.VideoFrame.from_ndarray(np.full((21, 33, 3), 128, np.uint8), format="rgb24")
        frame = frame.reformat(format="yuv444p")
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with open_at(path) as reader:
        picture = reader.at(0)
        assert (picture.width, picture.height) == (64, 36)
        assert picture.y.mean() == pytest.approx(126, abs=2)


@pytest.mark.parametrize("fit", [Fit.BARS, Fit.BLUR])
def test_a_picture_of_another_shape_can_be_shown_whole(tmp_path: Path, fit: Fit) -> None:
    path = write_steps(tmp_path / "a.mp4", [Fraction(n, 30) for n in range(12)], size=(36, 64))
    with FrameReader(path, rate=FrameRate(30), width=64, height=36, fit=fit) as reader:
        picture = reader.at(11)
        side = int(picture.y[18, 2])
        assert int(picture.y[18, 32]) == pytest.approx(108, abs=2)
        assert side == (16 if fit is Fit.BARS else pytest.approx(16 + (108 - 16) * 0.7, abs=3))


def test_the_window_follows_the_point_of_interest_and_stays_inside() -> None:
    wide = (Fraction(1920), Fraction(1080))
    window = window_of(wide, (1080, 1920), (0.5, 0.5))
    assert window.right - window.left == pytest.approx((1080 / 1920) / (1920 / 1080))
    assert (window.left + window.right) / 2 == pytest.approx(0.5)
    assert window_of(wide, (1080, 1920), (0.0, 0.5)).left == 0
    assert window_of(wide, (1080, 1920), (1.0, 0.5)).right == pytest.approx(1)


def test_fit_inside_keeps_the_shape_and_gives_even_sizes() -> None:
    assert fit_inside((Fraction(1920), Fraction(1080)), (1080, 1920)) == (1080, 608)
    assert fit_inside((Fraction(3), Fraction(5000)), (64, 36)) == (2, 36)


@pytest.mark.parametrize(
    ("quarters", "expected"), [(0, (0.2, 0.1)), (1, (0.1, 0.8)), (2, (0.8, 0.9)), (3, (0.9, 0.2))]
)
def test_a_turned_point_is_found_in_the_stored_picture(quarters: int, expected: tuple[float, float]) -> None:
    assert Turn(quarters).stored(0.2, 0.1) == pytest.approx(expected)


def test_a_picture_file_or_a_damaged_one_is_refused_in_one_sentence(tmp_path: Path) -> None:
    for name, content in (
        ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(64)),
        ("a.mp4", b"\0\0\0\x18ftypmp42" + bytes(64)),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(UnusableInputError, match=name):
            open_at(path)


def test_damage_is_bridged_and_counted(tmp_path: Path) -> None:
    path, noise = tmp_path / "a.mkv", np.random.default_rng(0)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30, options={"g": "250", "crf": "10", "bf": "0"})
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        for number in range(25):
            frame = av.VideoFrame.from_ndarray(noise.integers(16, 235, (54, 64), np.uint8), format="yuv420p")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 60] = bytes(60)
    path.write_bytes(data)
    with open_at(path) as reader:
        pictures = [id(reader.at(frame)) for frame in range(25)]
        assert reader.damaged_frames == 1
        assert any(one == other for one, other in pairwise(pictures))


def test_a_still_is_one_picture_for_ever_over_the_brands_colour(tmp_path: Path) -> None:
    path, rgba = tmp_path / "logo.png", np.zeros((36, 64, 4), np.uint8)
    rgba[:, :32] = 255
    Image.fromarray(rgba).save(path)
    reader = StillReader(path, width=64, height=36, background="#FF0000")
    picture = reader.at(0)
    assert reader.at(500) is picture
    assert picture.y[18, 8] == pytest.approx(235, abs=1)
    assert (picture.y[18, 56], picture.v[9, 28]) == (pytest.approx(63, abs=1), pytest.approx(240, abs=1))


@pytest.mark.skipif(not SHARED.exists(), reason="needs the shared media beside the repository")
@pytest.mark.parametrize(
    "name",
    [
        "formats/rot90.mov",
        "formats/sar_2by3.mp4",
        "formats/vp9_odd_161x121.webm",
        "formats/xdcam-ex-1080i60.mov",
        "formats/h264_10bit.mp4",
        "formats/cover-art-stream.mp4",
        "real/phone-rot180-vfr_720p.mp4",
        "broken/decoder-errors_corrupted.mp4",
        "broken/one-pixel.mp4",
    ],
)
def test_odd_files_give_the_same_picture_by_reading_on_and_by_jumping(name: str) -> None:
    with FrameReader(SHARED / name, rate=FrameRate(30), width=36, height=64) as reader:
        first = [reader.at(frame).y.copy() for frame in range(4)]
        reader.at(60)
        again = [reader.at(frame).y for frame in (3, 1, 2, 0)]
    for index, picture in zip((3, 1, 2, 0), again, strict=True):
        np.testing.assert_array_equal(picture, first[index])
