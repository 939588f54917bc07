from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from clappper.base.errors import UnusableInputError
from clappper.base.units import FrameRange, FrameRate
from clappper.media.audio import RATE, Samples, silence, write_wav
from clappper.media.loudness import measure
from clappper.render.mix import length_samples, mix_timeline, mixdown
from clappper.timeline.model import (
    Clip,
    Footage,
    Keyframe,
    MediaKind,
    Solid,
    Take,
    Timeline,
    Track,
    TrackKind,
    Transition,
    TransitionKind,
)

FPS = FrameRate(30)
LONG = FrameRange(0, 100_000)


def tone(seconds: float, hertz: float = 330.0, level: float = 0.2) -> Samples:
    wave = level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)
    stereo: Samples = np.stack([wave, wave], axis=1).astype(np.float32)
    return stereo


def sound_clip(name: str, start: int, end: int, **changes: object) -> Clip:
    take = Take(f"take-{name}", f"{name}.wav", MediaKind.AUDIO, changes.pop("available", LONG))  # type: ignore[arg-type]
    clip = Clip(f"{name}-{start}", Footage((take,)), FrameRange(start, end), name=name)
    return replace(clip, **changes)  # type: ignore[arg-type]


def edit(length: int, *tracks: Track, rate: FrameRate = FPS) -> Timeline:
    return Timeline("t", "test", rate, length, tracks)


def track(kind: TrackKind, *clips: Clip, muted: bool = False) -> Track:
    return Track(kind.value, kind, kind.value, clips, muted=muted)


def level(sound: Samples, start: float, end: float) -> float:
    return float(
        20 * np.log10(np.sqrt(np.square(sound[round(start * RATE) : round(end * RATE)]).mean()) + 1e-9)
    )


def part_of(sound: Samples, hertz: float, start: float, end: float) -> float:
    """Measure one tone in a mix, in dB."""
    piece = sound[round(start * RATE) : round(end * RATE), 0]
    wave = np.exp(-2j * np.pi * hertz * np.arange(len(piece)) / RATE) * np.hanning(len(piece))
    return float(20 * np.log10(np.abs(piece @ wave) / len(piece) + 1e-9))


@pytest.mark.parametrize(
    "rate", [FrameRate(30), FrameRate(30_000, 1001), FrameRate(24_000, 1001), FrameRate(25)]
)
@pytest.mark.parametrize("frames", [1, 47, 100])
def test_the_length_is_exact_at_every_rate(tmp_path: Path, rate: FrameRate, frames: int) -> None:
    write_wav(tmp_path / "m.wav", tone(2))
    timeline = edit(frames, track(TrackKind.MUSIC, sound_clip("m", 0, frames)), rate=rate)
    assert (
        len(mix_timeline(timeline, tmp_path)) == length_samples(timeline) == round(frames / rate.fps * RATE)
    )


def test_the_programme_is_mastered(tmp_path: Path) -> None:
    write_wav(tmp_path / "m.wav", tone(4))
    result = mixdown(edit(90, track(TrackKind.MUSIC, sound_clip("m", 0, 90))), tmp_path)
    assert measure(result.samples).integrated_lufs == pytest.approx(-14, abs=0.3)
    assert result.report.after.true_peak_dbtp <= -1.0
    assert result.report.gain_db == pytest.approx(4.0, abs=0.3)


def test_nothing_to_hear_is_silence_with_a_word_about_it(tmp_path: Path) -> None:
    write_wav(tmp_path / "m.wav", silence(2))
    music = track(TrackKind.MUSIC, sound_clip("m", 0, 30))
    picture = track(TrackKind.VIDEO, Clip("c", Solid("#000000"), FrameRange(0, 30)))
    for timeline in (edit(30), edit(30, picture), edit(30, music), edit(30, replace(music, muted=True))):
        result = mixdown(timeline, tmp_path)
        assert result.samples.shape == (RATE, 2)
        assert not result.samples.any()
        assert result.report.notes == ("The programme is silent.",)


def test_music_steps_back_for_the_voice(tmp_path: Path) -> None:
    write_wav(tmp_path / "m.wav", tone(6, 330))
    write_wav(tmp_path / "v.wav", tone(1.5, 1000))
    timeline = edit(
        180, track(TrackKind.MUSIC, sound_clip("m", 0, 180)), track(TrackKind.VOICE, sound_clip("v", 60, 105))
    )
    result = mixdown(timeline, tmp_path)
    open_, under, after = (
        part_of(result.samples, 330, *span) for span in ((0.5, 1.5), (2.3, 3.3), (4.2, 5.2))
    )
    assert open_ - under == pytest.approx(9.0, abs=0.5)
    assert after == pytest.approx(open_, abs=0.2)
    assert part_of(result.samples, 1000, 2.3, 3.3) > under + 9
    ((start, end),) = result.report.ducking
    assert start == pytest.approx(2.0, abs=0.05)
    assert end == pytest.approx(3.5, abs=0.05)


def test_the_voice_is_loud_enough_however_it_was_recorded(tmp_path: Path) -> None:
    write_wav(tmp_path / "m.wav", tone(3, 330, 0.5))
    for recorded in (0.01, 0.5):
        write_wav(tmp_path / "v.wav", tone(3, 1000, recorded))
        timeline = edit(
            90, track(TrackKind.MUSIC, sound_clip("m", 0, 90)), track(TrackKind.VOICE, sound_clip("v", 0, 90))
        )
        sound = mix_timeline(timeline, tmp_path)
        assert part_of(sound, 1000, 0.5, 2.5) - part_of(sound, 330, 0.5, 2.5) == pytest.approx(10.4, abs=1.0)


def test_gain_keyframes_are_decibels(tmp_path: Path) -> None:
    write_wav(tmp_path / "m.wav", tone(4))
    keys = (Keyframe(30, 0.0), Keyframe(60, -12.0))
    sound = mix_timeline(edit(120, track(TrackKind.MUSIC, sound_clip("m", 0, 120, gain_db=keys))), tmp_path)
    assert level(sound, 0.2, 0.9) - level(sound, 2.2, 3.5) == pytest.approx(12.0, abs=0.1)


def test_fades_keep_their_power(tmp_path: Path) -> None:
    write_wav(tmp_path / "m.wav", tone(3))
    clip = sound_clip("m", 0, 90, fade_in_frames=30, fade_out_frames=30)
    sound = mix_timeline(edit(90, track(TrackKind.MUSIC, clip)), tmp_path)
    middle = level(sound, 1.2, 1.8)
    assert level(sound, 0.49, 0.51) - middle == pytest.approx(-3.0, abs=0.3)
    assert level(sound, 2.49, 2.51) - middle == pytest.approx(-3.0, abs=0.3)
    assert np.abs(sound[:20]).max() < 0.001
    assert np.abs(sound[-20:]).max() < 0.001


def test_short_music_is_looped_to_the_end(tmp_path: Path) -> None:
    write_wav(tmp_path / "m.wav", tone(2))
    result = mixdown(edit(210, track(TrackKind.MUSIC, sound_clip("m", 0, 210))), tmp_path)
    assert level(result.samples, 5.5, 6.4) == pytest.approx(level(result.samples, 0.5, 1.5), abs=0.5)
    assert "played on from" in result.report.notes[0]


def test_long_music_fades_where_the_ad_ends(tmp_path: Path) -> None:
    write_wav(tmp_path / "m.wav", tone(9))
    sound = mix_timeline(edit(90, track(TrackKind.MUSIC, sound_clip("m", 0, 90))), tmp_path)
    assert level(sound, 2.75, 2.85) < level(sound, 1, 2) - 2
    assert np.abs(sound[-50:]).max() < 0.002


def test_effects_sit_on_their_frame(tmp_path: Path) -> None:
    hit = silence(0.2)
    hit[:480] = 0.5
    write_wav(tmp_path / "e.wav", hit)
    write_wav(tmp_path / "m.wav", tone(2, 60, 0.01))
    timeline = edit(
        60,
        track(TrackKind.MUSIC, sound_clip("m", 0, 60, gain_db=(Keyframe(0, -60.0),))),
        track(TrackKind.EFFECTS, sound_clip("e", 31, 37)),
    )
    sound = np.abs(mix_timeline(timeline, tmp_path)[:, 0])
    assert int(np.argmax(sound > sound.max() / 2)) == pytest.approx(round(31 / 30 * RATE), abs=2)


def test_speed_changes_pitch_and_says_so(tmp_path: Path) -> None:
    write_wav(tmp_path / "e.wav", tone(4, 400))
    timeline = edit(60, track(TrackKind.EFFECTS, sound_clip("e", 0, 60, speed=Fraction(2))))
    result = mixdown(timeline, tmp_path)
    assert part_of(result.samples, 800, 0.2, 1.8) > part_of(result.samples, 400, 0.2, 1.8) + 40
    assert "pitch" in result.report.notes[0]
    still = edit(60, track(TrackKind.EFFECTS, sound_clip("e", 0, 60, speed=Fraction(0))))
    assert not mix_timeline(still, tmp_path).any()


def video_clip(name: str, start: int, end: int, **changes: object) -> Clip:
    take = Take(f"take-{name}", f"{name}.wav", MediaKind.VIDEO, LONG, has_audio=True)
    return replace(Clip(name, Footage((take,)), FrameRange(start, end)), **changes)  # type: ignore[arg-type]


def test_clip_sound_crosses_over_under_a_transition(tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", tone(4, 400))
    write_wav(tmp_path / "b.wav", tone(4, 700))
    clips = (
        video_clip("a", 0, 60, source_start=15),
        video_clip("b", 60, 120, source_start=15, transition=Transition(TransitionKind.DISSOLVE, 20)),
    )
    sound = mix_timeline(edit(120, track(TrackKind.VIDEO, *clips)), tmp_path)
    assert part_of(sound, 700, 1.75, 1.95) > -50
    assert part_of(sound, 400, 2.05, 2.25) > -50
    assert part_of(sound, 400, 2.5, 3.5) < -80
    assert level(sound, 1.9, 2.1) == pytest.approx(level(sound, 0.5, 1.5), abs=1.0)


def test_a_sound_that_was_detached_from_its_picture_is_heard_once(tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", tone(2))
    effect = track(TrackKind.EFFECTS, sound_clip("a", 0, 60, link="l"))
    once = edit(60, effect)
    both = edit(60, track(TrackKind.VIDEO, video_clip("a", 0, 60, link="l")), effect)
    before = mixdown(both, tmp_path).report.before
    assert before == mixdown(once, tmp_path).report.before


def test_a_cut_inside_one_sound_is_not_heard(tmp_path: Path) -> None:
    write_wav(tmp_path / "m.wav", tone(4))
    whole = edit(90, track(TrackKind.EFFECTS, sound_clip("m", 0, 90)))
    cut = edit(90, track(TrackKind.EFFECTS, sound_clip("m", 0, 40), sound_clip("m", 40, 90, source_start=40)))
    assert np.abs(mix_timeline(whole, tmp_path) - mix_timeline(cut, tmp_path)).max() < 1e-6


def test_a_missing_song_is_an_error_a_missing_clip_sound_a_note(tmp_path: Path) -> None:
    with pytest.raises(UnusableInputError, match=r"no file .*gone\.wav"):
        mix_timeline(edit(30, track(TrackKind.MUSIC, sound_clip("gone", 0, 30))), tmp_path)
    result = mixdown(edit(30, track(TrackKind.VIDEO, video_clip("gone", 0, 30))), tmp_path)
    assert result.report.notes[0] == f"There is no file {tmp_path / 'gone.wav'}."
