from __future__ import annotations

from pathlib import Path

import av
import pytest

from clappper.base.errors import UnusableInputError
from clappper.media.container import open_media, picture_tracks, reading, sound_tracks


def test_a_clip_has_its_two_tracks_and_cover_art_is_no_picture(clip: Path, corpus: Path) -> None:
    with open_media(clip) as container:
        assert (len(picture_tracks(container)), len(sound_tracks(container))) == (1, 1)
    with open_media(corpus / "audio/music/vibe-ace_jazz.ogg") as container:
        assert container.streams.video
        assert not picture_tracks(container)


def test_a_picture_is_sent_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "mug.mp4").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    with pytest.raises(UnusableInputError, match=r"mug\.mp4 is a picture \(PNG\)"):
        open_media(tmp_path / "mug.mp4")


def test_a_playlist_is_refused_whatever_it_is_called(tmp_path: Path) -> None:
    (tmp_path / "song.mp4").write_text("ffconcat version 1.0\nfile /etc/hostname\n")
    with pytest.raises(UnusableInputError, match="playlist"):
        open_media(tmp_path / "song.mp4")


def test_names_that_look_like_protocols_are_only_names(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "concat:a|b").write_bytes(clip.read_bytes())
    monkeypatch.chdir(tmp_path)
    with open_media(Path("concat:a|b")) as container:
        assert picture_tracks(container)


def test_titles_that_are_no_text_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "old.mkv"
    with av.open(str(path), "w") as container:
        container.metadata["title"] = "file title"
        stream = container.add_stream("mjpeg", rate=1)
        stream.width, stream.height, stream.pix_fmt = 16, 16, "yuvj420p"
        stream.metadata["title"] = "track title"
        container.mux(stream.encode(av.VideoFrame(16, 16, "yuvj420p")))
        container.mux(stream.encode(None))
    latin = path.read_bytes().replace(b"file title", b"f\xefle title")
    path.write_bytes(latin.replace(b"track title", b"tr\xe4ck title"))
    with open_media(path) as container:
        assert container.metadata["title"] == "f\udcefle title"
        assert picture_tracks(container)[0].metadata["title"] == "tr\udce4ck title"


def test_damage_met_while_reading_is_explained_too(clip: Path) -> None:
    with (
        pytest.raises(UnusableInputError, match=r"clip\.mp4 is damaged or cut off: .* as MP4"),
        reading(clip),
    ):
        raise av.InvalidDataError(1, "Invalid data found when processing input")


def test_a_protected_clip_is_named_as_one(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + bytes(64) + b"encv" + bytes(9) + b"sinf")
    with pytest.raises(UnusableInputError, match="encrypted"):
        open_media(tmp_path / "film.mp4")
