from itertools import pairwise
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from clappper.base.errors import UnusableInputError
from clappper.base.settings import Settings
from clappper.media.models import ModelStore
from clappper.review import metrics
from clappper.review.plugins import NAMES, perplexity
from clappper.review.plugins.material import Material
from clappper.review.scorers import faults, language, likeness, movement
from clappper.review.scorers.sample import Rgb, neighbours, spread, take_sample
from tests.unit.review.clips import moving, texture, write_clip


def numbers(path: Path, models: Path) -> dict[str, float | None]:
    return {one.name: one.value for one in metrics.measure(path, "a boat", models)}


def test_every_metric_has_a_number_or_a_reason(tmp_path: Path) -> None:
    found = metrics.measure(write_clip(tmp_path / "a.mp4", moving()), "a boat", tmp_path)
    assert {one.name: one.version for one in found} == metrics.versions()
    for one in found:
        assert (one.value is None) == one.reason.startswith("cannot compute: ")
        assert one.percentile is None or 0 <= one.percentile <= 100


def test_the_same_clip_has_the_same_numbers(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.mp4", moving())
    assert numbers(clip, tmp_path) == numbers(clip, tmp_path)


def test_motion_is_told_from_stillness_and_steady_from_shaken(tmp_path: Path) -> None:
    still = numbers(write_clip(tmp_path / "still.mp4", [texture()] * 16), tmp_path)
    steady = numbers(write_clip(tmp_path / "steady.mp4", moving(step=2)), tmp_path)
    shaken = [np.roll(texture(), (0, 7, 2, 9)[n % 4], axis=1) for n in range(16)]
    shaking = numbers(write_clip(tmp_path / "shaking.mp4", shaken), tmp_path)
    assert (still["speed"] or 0) < 0.1 < (steady["speed"] or 0)
    assert (steady["relative_jitter"] or 0) < (shaking["relative_jitter"] or 0)
    assert (steady["motion_smoothness"] or 0) > (shaking["motion_smoothness"] or 0)
    assert still["ssim_mean"] == pytest.approx(1, abs=0.01)
    assert still["frozen_seconds"] == pytest.approx(15 / 8)


def test_faults_are_found(tmp_path: Path) -> None:
    black = [np.zeros((72, 128, 3), np.uint8)] * 4 + moving(4)
    assert numbers(write_clip(tmp_path / "black.mp4", black), tmp_path)["black_frames"] == 0.5
    framed = moving(8)
    for frame in framed:
        frame[:9], frame[-9:] = 0, 0
    found = numbers(write_clip(tmp_path / "bars.mp4", framed), tmp_path)
    assert found["letterbox"] == pytest.approx(0.25, abs=0.05)
    doubled = [frame for frame in moving(8, step=3) for _ in range(2)]
    found = numbers(write_clip(tmp_path / "doubled.mp4", doubled), tmp_path)
    assert (found["duplicate_frames"] or 0) > 0.35


def test_banding_and_blur_are_seen() -> None:
    ramp = np.tile(np.linspace(100, 140, 128), (64, 1))
    assert faults.banding((ramp // 10 * 10).astype(np.uint8)) > faults.banding(ramp.astype(np.uint8))
    sharp = texture()[..., 0]
    assert faults.sharpness(sharp) > faults.sharpness(np.full_like(sharp, 90))
    assert faults.banding(np.zeros((4, 4), np.uint8)) == 0


def test_clipping_needs_runs_at_full_scale() -> None:
    wave = np.sin(np.arange(4800) / 20).astype(np.float32)[:, None]
    assert faults.clipped(wave * 0.9) == 0
    assert faults.clipped(np.clip(wave * 3, -1, 1)) > 0.3
    assert faults.clipped(np.zeros((0, 2), np.float32)) == 0


def test_a_single_frame_has_no_motion(tmp_path: Path) -> None:
    found = metrics.measure(write_clip(tmp_path / "one.mp4", [texture()]), "", tmp_path)
    reasons = {one.name: one.reason for one in found}
    assert "fewer than three frames" in reasons["speed"]
    assert "single frame" in reasons["ssim_mean"]


def test_no_picture_is_said(tmp_path: Path) -> None:
    (tmp_path / "bad.mp4").write_bytes(b"nothing")
    with pytest.raises(UnusableInputError):
        metrics.measure(tmp_path / "bad.mp4", "", tmp_path)


def test_ssim_is_one_for_equal_and_low_for_unlike_pictures() -> None:
    one, other = texture(1)[..., 0], texture(2)[..., 0]
    assert likeness.ssim(one, one) == pytest.approx(1)
    assert likeness.ssim(one, other) < 0.3


class FixedNetwork:
    """Stands for CLIP: pictures lie at a known angle to the text."""

    def pictures(self, pictures: tuple[Rgb, ...]) -> language.Vectors:
        vectors = np.zeros((len(pictures), 512), np.float32)
        vectors[:, 0], vectors[:, 1] = 0.3, np.sqrt(1 - 0.09)
        return vectors

    def text(self, _: str) -> language.Vectors:
        return np.eye(1, 512, dtype=np.float32).ravel()


def test_clipscore_is_two_and_a_half_times_the_cosine(tmp_path: Path) -> None:
    sample = take_sample(write_clip(tmp_path / "a.mp4", moving(4)), tmp_path)
    found = {one.name: one.value for one in language.measure(sample, "a boat", FixedNetwork())}
    assert found["clipscore_mean"] == pytest.approx(0.75, abs=1e-5)
    assert found["clipscore_std"] == pytest.approx(0, abs=1e-5)
    without = {one.name: one.reason for one in language.measure(sample, " ", FixedNetwork())}
    assert "no prompt" in without["clipscore_mean"]
    assert not without["aesthetic_mean"]


def test_the_aesthetic_head_rates_its_authors_examples_in_order() -> None:
    from clappper.base.paths import resource

    with np.load(resource("predictor", "aesthetic-b32.npz"), allow_pickle=False) as head:
        rated = language.aesthetic(head["reference"])
    assert list(rated) == sorted(rated)
    assert rated[0] == pytest.approx(-1.47, abs=0.01)


def test_clip_is_fetched_with_its_checksum() -> None:
    card = ModelStore.open(Path("none")).card(language.MODEL)
    assert card.files[0].checksum.startswith("sha256:")
    assert not card.shipped


def test_a_place_is_a_percentile() -> None:
    spread = metrics.Reference(tuple(float(n) for n in range(21)), 0.5, 0.3)
    assert [spread.place(value) for value in (-1, 0, 10, 10.5, 20, 99)] == [0, 0, 50, 52, 100, 100]
    assert metrics.Reference((0.0,) * 21, None, None).place(0) is None
    assert spread.is_quality
    assert not metrics.Reference((), 0.5, 0.01).is_quality
    assert metrics.place_among(3, [1, 2, 3]) is None
    assert metrics.place_among(5, [1, 2, 3, 4]) is None
    assert metrics.place_among(9, [1, 2, 3, 4, 5]) == 100


def test_scorers_name_what_they_measure() -> None:
    assert {metric.name for metric in movement.METRICS} <= set(metrics.versions())


def test_a_short_clip_is_measured_whole_and_a_long_one_in_stretches_from_end_to_end() -> None:
    assert spread(20, 30) == (range(600),)
    assert spread(0.01, 30) == (range(1),)
    stretches = spread(83, 30)
    assert [len(numbers) for numbers in stretches] == [120] * 5
    assert stretches[0].start == 0
    assert stretches[-1].stop == 83 * 30
    assert all(one.stop < other.start for one, other in pairwise(stretches))


def test_a_fault_near_the_end_of_a_long_clip_is_found_and_the_result_says_where_it_looked(
    tmp_path: Path,
) -> None:
    frames = moving(60) + [np.zeros((72, 128, 3), np.uint8)] * 3
    clip = write_clip(tmp_path / "long.mp4", frames, fps=2)
    found = {one.name: one for one in metrics.measure(clip, "a boat", tmp_path)}
    assert found["measured_seconds"].value == 20
    assert found["measured_seconds"].reason == "5 stretches of 4 s, spread over 31.5 s"
    assert found["black_frames"].value == pytest.approx(3 / 40)
    short = metrics.measure(write_clip(tmp_path / "short.mp4", moving(4)), "a boat", tmp_path)
    assert next(one for one in short if one.name == "measured_seconds").reason == ""


def test_pictures_are_never_compared_across_a_gap(tmp_path: Path) -> None:
    frames = [frame for seed in range(5) for frame in [texture(seed)] * 16]
    sample = take_sample(write_clip(tmp_path / "cuts.mp4", frames, fps=2), tmp_path)
    assert len(sample.stretches) == 5
    still = {one.name: one.value for one in faults.measure(sample, "")}
    assert (still["frozen_seconds"] or 0) < 4
    assert len(list(neighbours(sample.slower))) == len(sample.some) - 5


def test_plugins_are_measured_only_when_switched_on(tmp_path: Path) -> None:
    assert get_args(get_args(Settings.model_fields["metric_plugins"].annotation)[0]) == NAMES
    assert Settings().metric_plugins == ()
    clip = write_clip(tmp_path / "a.mp4", moving())
    plain = metrics.measure(clip, "a boat", tmp_path)
    found = metrics.measure(clip, "a boat", tmp_path, NAMES)
    assert found[: len(plain)] == plain
    assert {one.name: one.version for one in found} == metrics.versions(NAMES)
    for one in found[len(plain) :]:
        assert one.value is None
        assert one.reason.startswith("cannot compute: ")


def test_what_a_plugin_lacked_is_noticed_when_it_has_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (lacking,) = metrics.measure_plugins(["perplexity"], Material(tmp_path, "a boat"))
    refused = {(lacking.name, lacking.reason)}
    assert not metrics.now_possible(refused, tmp_path)
    monkeypatch.setattr(perplexity, "missing", lambda _: "")
    assert metrics.now_possible(refused, tmp_path) == refused
