from pathlib import Path

import av
import numpy as np
import pytest
from scipy.io import wavfile

from clappper.base.errors import UnusableInputError
from clappper.media.audio import RATE, Samples, read_audio, read_sound, silence, write_wav

SHARED = Path(__file__).parents[4] / "shared" / "media"


def tone(seconds: float, hertz: float = 440.0, rate: int = RATE) -> Samples:
    return np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate).astype(np.float32)


def both(mono: Samples) -> Samples:
    return np.repeat(mono[:, None], 2, axis=1)


def write_aac(path: Path, samples: Samples) -> None:
    with av.open(str(path), "w") as out:
        stream = out.add_stream("aac", rate=RATE, layout="stereo")
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.T), format="fltp", layout="stereo")
        frame.sample_rate = RATE
        frame.pts = 0
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


def test_wav_round_trip_is_exact(tmp_path: Path) -> None:
    sound = np.random.default_rng(1).uniform(-1.2, 1.2, (4801, 2)).astype(np.float32)
    write_wav(tmp_path / "a.wav", sound)
    assert np.array_equal(read_audio(tmp_path / "a.wav"), sound)
    assert [p.name for p in tmp_path.iterdir()] == ["a.wav"]


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="could not convert"):
        write_wav(tmp_path / "a.wav", np.array(["x"]))
    assert list(tmp_path.iterdir()) == []


def test_mono_at_another_rate_is_heard_on_both_sides_and_keeps_its_level(tmp_path: Path) -> None:
    wavfile.write(tmp_path / "m.wav", 22050, 0.5 * tone(1.0, rate=22050))
    sound = read_audio(tmp_path / "m.wav")
    assert sound.shape == (RATE, 2)
    assert sound.dtype == np.float32
    assert np.array_equal(sound[:, 0], sound[:, 1])
    assert np.abs(sound[4800:-4800]).max() == pytest.approx(0.5, abs=0.003)


@pytest.mark.parametrize(
    ("channel", "left", "right"),
    [(0, 1.0, 0.0), (1, 0.0, 1.0), (2, 0.7071, 0.7071), (3, 0.0, 0.0), (4, 0.7071, 0)],
)
def test_surround_is_folded_down_by_the_standard(
    tmp_path: Path, channel: int, left: float, right: float
) -> None:
    six = np.zeros((RATE // 4, 6), np.float32)
    six[:, channel] = 0.5 * tone(0.25)
    wavfile.write(tmp_path / "s.wav", RATE, six)
    peak = np.abs(read_audio(tmp_path / "s.wav")).max(axis=0) / 0.5
    assert peak == pytest.approx([left, right], abs=0.005)


def test_a_window_is_exactly_that_window(tmp_path: Path) -> None:
    sound = both(np.linspace(-1, 1, 2 * RATE, dtype=np.float32))
    write_wav(tmp_path / "r.wav", sound)
    part = read_audio(tmp_path / "r.wav", start_seconds=0.5, seconds=0.25)
    assert np.array_equal(part, sound[RATE // 2 : RATE * 3 // 4])


def test_seeking_far_into_a_long_file_keeps_time(tmp_path: Path) -> None:
    sound = np.zeros((20 * RATE, 2), np.float32)
    sound[15 * RATE :] = 0.5
    write_wav(tmp_path / "l.wav", sound)
    part = read_audio(tmp_path / "l.wav", start_seconds=14.9, seconds=0.2)
    assert len(part) == round(0.2 * RATE)
    assert np.flatnonzero(part[:, 0])[0] == round(0.1 * RATE)


def test_beyond_the_end_there_is_nothing(tmp_path: Path) -> None:
    write_wav(tmp_path / "s.wav", both(tone(0.1)))
    assert read_audio(tmp_path / "s.wav", start_seconds=3).shape == (0, 2)


def test_compressed_sound_starts_where_it_was_put(tmp_path: Path) -> None:
    sound = silence(1.0)
    sound[RATE // 2 : RATE // 2 + 2000] = 0.8 * both(tone(2000 / RATE, 1000))
    write_aac(tmp_path / "c.m4a", sound)
    heard = np.abs(read_audio(tmp_path / "c.m4a")[:, 0])
    onset = np.flatnonzero(heard > 0.3)[0]
    assert onset == pytest.approx(RATE // 2, abs=0.004 * RATE)


def test_broken_packets_are_skipped_and_counted(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, (2 * RATE, 2)).astype(np.float32)
    write_aac(tmp_path / "c.m4a", noise)
    data = bytearray((tmp_path / "c.m4a").read_bytes())
    for place in range(4000, 12000, 500):
        data[place : place + 60] = b"\xff" * 60
    (tmp_path / "bad.m4a").write_bytes(data)
    sound = read_sound(tmp_path / "bad.m4a")
    assert sound.skipped_packets > 0
    assert len(sound.samples) == pytest.approx(2 * RATE, abs=3000)


def test_silence_shorter_than_a_millisecond_is_fine(tmp_path: Path) -> None:
    write_wav(tmp_path / "s.wav", np.zeros((1, 2), np.float32))
    assert read_audio(tmp_path / "s.wav").shape == (1, 2)


def test_missing_empty_and_soundless_files_are_explained(tmp_path: Path) -> None:
    (tmp_path / "empty.mp3").write_bytes(b"")
    (tmp_path / "notes.wav").write_text("no sound at all")
    for name, reason in (
        ("gone.wav", r"no file .*gone\.wav"),
        ("empty.mp3", r"empty\.mp3 is empty"),
        ("notes.wav", r"notes\.wav is text"),
        ("", "is a folder"),
    ):
        with pytest.raises(UnusableInputError, match=reason):
            read_audio(tmp_path / name)


def test_a_name_that_looks_like_a_protocol_is_only_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_wav(tmp_path / "a.wav", silence(0.1))
    (tmp_path / "a.wav").rename(tmp_path / "concat:a")
    monkeypatch.chdir(tmp_path)
    assert len(read_audio(Path("concat:a"))) == round(0.1 * RATE)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the development material is not here")
class TestRealFiles:
    def test_a_video_without_sound_says_so(self) -> None:
        with pytest.raises(UnusableInputError, match="has no sound"):
            read_audio(SHARED / "real" / "talking-head_512.mp4")

    def test_a_spliced_song_plays_on(self) -> None:
        sound = read_sound(SHARED / "broken" / "malformed-join.mp3")
        assert sound.skipped_packets == 5
        assert len(sound.samples) / RATE == pytest.approx(8.56, abs=0.1)

    def test_a_phone_clip_with_six_channels_becomes_stereo(self) -> None:
        assert read_audio(SHARED / "real" / "rotate90_1080p24.mp4").shape[1] == 2
