from __future__ import annotations

import pytest

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.base.units import FrameRange, FrameRate
from clappper.timeline.captions import Caption, captions_of, read_srt, with_captions, write_srt
from clappper.timeline.model import Clip, Solid, Timeline, Title, TitleRole, Track, TrackKind
from clappper.timeline.tracks import lock_track

RATE = FrameRate(30)
TWO = (Caption(FrameRange(15, 45), "Wake up."), Caption(FrameRange(45, 90), "Brighter –\nevery day."))
PLATE = Track("v", TrackKind.VIDEO, "V", (Clip("p", Solid("#000000"), FrameRange(0, 90)),))
EDIT = Timeline("t", "t", RATE, 90, (PLATE, Track("m", TrackKind.MUSIC, "M")))


@pytest.mark.parametrize("rate", [FrameRate(24), FrameRate(25), RATE, FrameRate(30000, 1001), FrameRate(60)])
def test_what_is_written_is_read_again(rate: FrameRate) -> None:
    captions = tuple(Caption(FrameRange(n * 7, n * 7 + 7), f"Line {n}") for n in range(400))
    assert read_srt(write_srt(captions, rate), rate) == captions


def test_files_of_others_are_read() -> None:
    text = (
        "\ufeffWEBVTT\n\n00:01.000 --> 00:02.500 align:start\n<v Ann>Second</v>\n\n"
        "7\r\n00:00:00,5 --> 00:00:01,2\r\n{\\an8}<i>First</i>\r\nline\r\n\r\n"
        "8\n00:00:03,000 --> 00:00:03,000\nnever seen\n\n9\n00:00:09,000 --> 00:00:10,000\n\n"
    )
    assert read_srt(text, RATE) == (
        Caption(FrameRange(15, 30), "First\nline"),
        Caption(FrameRange(30, 75), "Second"),
    )


@pytest.mark.parametrize("text", ["", "no times here", "1\n00:00:05,000 --> 00:00:01,000\nbackwards\n"])
def test_a_file_without_captions_is_refused(text: str) -> None:
    with pytest.raises(UnusableInputError, match="no captions"):
        read_srt(text, RATE)


def test_captions_get_a_track_above_the_pictures_and_replace_those_there_are() -> None:
    loose = Track(
        "o", TrackKind.OVERLAY, "O", (Clip("c", Title(TitleRole.CAPTION, "old"), FrameRange(0, 9)),)
    )
    captioned = with_captions(Timeline("t", "t", RATE, 90, (PLATE, loose, EDIT.tracks[1])), TWO)
    assert [track.id for track in captioned.tracks] == ["v", "o", "captions", "m"]
    assert captions_of(captioned) == TWO
    again = with_captions(captioned, TWO[:1])
    assert [track.id for track in again.tracks] == ["v", "o", "captions", "m"]
    assert captions_of(again) == TWO[:1]
    with pytest.raises(ClappperError, match="locked"):
        with_captions(lock_track(again, "captions"), TWO)
