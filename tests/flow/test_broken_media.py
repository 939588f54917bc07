"""Broken, foreign and hostile media: one clear sentence each, nothing half-written, no crash."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.media.probe import probe
from clappper.media.proxy import make_filmstrip, make_proxy, make_thumbnail, make_waveform
from clappper.media.still import load_rgba

MEDIA = Path(__file__).parents[3] / "shared" / "media"
REFUSED = {
    "broken/corrupt_null-header.mkv": "is damaged or cut off: it cannot be read as Matroska.",
    "broken/drm-clearkey.mp4": "is encrypted (DRM).",
    "broken/invalid-bitstream.webm": "is damaged: nothing in it can be decoded.",
    "broken/malformed-free-box.mp4": "is damaged or cut off: it cannot be read as MP4.",
    "broken/no-streams.webm": "holds base64 text instead of a clip.",
    "broken/truncated_moov-only-1024.mov": "is damaged or cut off: it cannot be read as MP4.",
    "broken/zero-bytes.webm": "is empty.",
    "catalog.json": "is text, not media.",
    "brand/guidelines/18F/Using_18Fs_Templates.pdf": "is a PDF.",
}
USABLE = (
    "broken/bad-audio-packets.mp4",
    "broken/decoder-errors_corrupted.mp4",
    "broken/missing-stsd.mp4",
    "broken/no-duration.webm",
    "broken/one-pixel.mp4",
)
Make = Callable[[Path, Path], None]


@pytest.fixture(scope="module")
def media() -> Path:
    if not MEDIA.is_dir():
        pytest.skip("the development media is not on this machine")
    return MEDIA


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_used_says_so_in_one_sentence(media: Path, name: str) -> None:
    with pytest.raises(UnusableInputError) as caught:
        probe(media / name)
    assert caught.value.message == f"{Path(name).name} {REFUSED[name]}"
    assert caught.value.hint


@pytest.mark.parametrize("make", [make_proxy, make_thumbnail, make_filmstrip, make_waveform])
@pytest.mark.parametrize("name", REFUSED)
def test_nothing_is_written_for_what_cannot_be_used(
    media: Path, tmp_path: Path, name: str, make: Make
) -> None:
    with pytest.raises(UnusableInputError):
        make(media / name, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", USABLE)
def test_what_is_damaged_but_usable_gets_its_stand_ins(media: Path, tmp_path: Path, name: str) -> None:
    make_proxy(media / name, tmp_path / "proxy.mp4", short_side=48)
    make_thumbnail(media / name, tmp_path / "thumb.jpg", long_side=64)
    make_filmstrip(media / name, tmp_path / "strip.jpg", frames=3, height=24)
    source, proxy = probe(media / name), probe(tmp_path / "proxy.mp4")
    assert proxy.duration_seconds == pytest.approx(source.duration_seconds, abs=0.15)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["proxy.mp4", "strip.jpg", "thumb.jpg"]


def test_every_file_of_the_collection_is_understood_or_refused(media: Path) -> None:
    folders = ("formats", "broken", "real", "ai", "audio", "brand", "products")
    files = sorted(path for folder in folders for path in (media / folder).rglob("*") if path.is_file())
    understood = 0
    for path in files:
        try:
            facts = probe(path)
        except ClappperError as error:
            assert path.name in error.message  # noqa: PT017 - each file may do either
            continue
        understood += 1
        assert facts.kind in {"video", "still", "audio"}
        assert (facts.width > 0) == (facts.kind != "audio")
        assert 0 <= facts.duration_seconds < 100
    assert understood > 100


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("list.m3u8", "#EXTM3U\n#EXTINF:1,\n{clip}\n#EXT-X-ENDLIST\n"),
        ("list.mp4", "ffconcat version 1.0\nfile '{clip}'\n"),
        ("list.sdp", "v=0\nm=video 5004 RTP/AVP 96\n"),
        ("manifest.mp4", '<?xml version="1.0"?><MPD><BaseURL>{clip}</BaseURL></MPD>'),
    ],
)
def test_a_playlist_never_opens_what_it_points_to(media: Path, tmp_path: Path, name: str, text: str) -> None:
    playlist = tmp_path / name
    playlist.write_text(text.format(clip=media / "formats/rot90.mov"))
    with pytest.raises(UnusableInputError, match="playlist"):
        probe(playlist)


def test_pictures_that_are_no_pictures_are_refused(media: Path, tmp_path: Path) -> None:
    for name in ("formats/rot90.mov", "audio/sfx/bong_001.wav"):
        with pytest.raises(UnusableInputError, match="not a picture"):
            load_rgba(media / name)
    cut = tmp_path / "cut.jpg"
    cut.write_bytes((media / "products/mug.jpg").read_bytes()[:20_000])
    with pytest.raises(UnusableInputError, match=r"cut\.jpg is damaged"):
        load_rgba(cut)


def test_no_decoder_chatters_on_the_terminal(media: Path) -> None:
    names = ("broken/drm-clearkey.mp4", "broken/invalid-bitstream.webm", "broken/malformed-join.mp3")
    code = (
        "import sys; from pathlib import Path; from clappper.media.probe import probe\n"
        "from clappper.base.errors import ClappperError\n"
        "for name in sys.argv[1:]:\n"
        "    try: probe(Path(name))\n"
        "    except ClappperError: pass\n"
    )
    command = [sys.executable, "-c", code, *(str(media / name) for name in names)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    assert (answer.stdout, answer.stderr) == ("", "")
