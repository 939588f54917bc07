import pytest

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRate
from clappper.ui.viewer.transport import frame_of


@pytest.mark.parametrize(
    ("text", "frame"),
    [
        ("00:00:04:12", 132),
        ("4:12", 132),
        ("4.12", 132),
        ("1:00:00", 1800),
        ("45", 45),
        ("+10", 110),
        ("-1:00", 70),
    ],
)
def test_a_timecode_is_read_from_its_end(text: str, frame: int) -> None:
    assert frame_of(text, FrameRate(30), here=100) == frame


@pytest.mark.parametrize("text", ["", "soon", "1:2:3:4:5", "4:x"])
def test_what_is_no_timecode_is_refused(text: str) -> None:
    with pytest.raises(ClappperError, match="no timecode"):
        frame_of(text, FrameRate(30))
