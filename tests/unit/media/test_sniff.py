from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clappper.base.errors import UnusableInputError
from clappper.media.sniff import Family, sniff


def written(folder: Path, head: bytes, name: str = "a.mp4") -> Path:
    path = folder / name
    path.write_bytes(head)
    return path


@pytest.mark.parametrize(
    ("head", "demuxer"),
    [
        (b"\0\0\0\x20ftypisom", "mov"),
        (b"\x1a\x45\xdf\xa3\x01", "matroska"),
        (b"RIFF\0\0\0\0WAVEfmt ", "wav"),
        (b"RIFF\0\0\0\0AVI LIST", "avi"),
        (b"OggS\0", "ogg"),
        (b"fLaC\0", "flac"),
        (b"ID3\x03", "mp3"),
        (b"\xff\xfb\x90", "mp3"),
        (b"\xff\xf1\x50", "aac"),
        (b"GIF89a", "gif"),
        (b"\x47" + b"\0" * 187 + b"\x47", "mpegts"),
    ],
)
def test_the_bytes_choose_the_demuxer_whatever_the_name(tmp_path: Path, head: bytes, demuxer: str) -> None:
    found = sniff(written(tmp_path, head, "holiday.png"))
    assert (found.family, found.demuxer) == (Family.STREAM, demuxer)


@pytest.mark.parametrize(
    ("head", "family"),
    [
        (b"\x89PNG\r\n\x1a\n", Family.PICTURE),
        (b"\xff\xd8\xff\xe0", Family.PICTURE),
        (b"RIFF\0\0\0\0WEBPVP8 ", Family.PICTURE),
        (b"\0\0\0\x20ftypavif", Family.PICTURE),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', Family.DRAWING),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- made by hand --><svg/>", Family.DRAWING),
    ],
)
def test_pictures_and_drawings_go_to_their_own_readers(tmp_path: Path, head: bytes, family: Family) -> None:
    assert sniff(written(tmp_path, head)).family is family


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        (b"", "empty"),
        (b"#EXTM3U\n/etc/passwd", "playlist"),
        (b"ffconcat version 1.0\nfile a", "playlist"),
        (b"v=0\no=- 0 0 IN IP4 127.0.0.1", "playlist"),
        (b"<?xml version='1.0'?><MPD/>", "playlist"),
        (b"<!DOCTYPE html><html><svg/></html>", "web page"),
        (b'{"detail": "expired"}', "text"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04", "ZIP"),
        (b"\0\0\0\x20ftypheic", "HEIC"),
        (b"\0\1\2\3\4\5", "neither"),
    ],
)
def test_what_is_no_media_is_refused_by_what_it_is(tmp_path: Path, head: bytes, reason: str) -> None:
    with pytest.raises(UnusableInputError, match=reason):
        sniff(written(tmp_path, head))


def test_places_that_are_no_file_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name, reason in (
        ("gone.mp4", "no file"),
        (".", "folder"),
        ("pipe", "pipe"),
        ("a\0b", "file name"),
    ):
        with pytest.raises(UnusableInputError, match=reason):
            sniff(tmp_path / name)


@given(head=st.binary(max_size=64))
def test_any_bytes_are_recognised_or_refused_in_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, head: bytes
) -> None:
    path = written(tmp_path_factory.getbasetemp(), head, "any.bin")
    try:
        sentence = sniff(path).name
    except UnusableInputError as error:
        sentence = error.message if error.hint else ""
    assert sentence
