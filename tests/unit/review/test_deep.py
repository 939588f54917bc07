"""Staying oneself: VBench's formula on known features, and the real network on real pictures."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from clappper.media.models import MissingModelError, ModelStore
from clappper.review.scorers import deep
from clappper.review.scorers.sample import Rgb, Sample, take_sample
from tests.unit.review.clips import moving, texture, write_clip


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    folder = tmp_path_factory.mktemp("clip")
    return take_sample(write_clip(folder / "a.mp4", moving(3)), folder / "models")


def numbers(sample: Sample, network: deep.Network | None = None) -> dict[str, float | None]:
    return {one.name: one.value for one in deep.measure(sample, "", network)}


def test_neighbours_and_the_first_picture_count_alike(sample: Sample) -> None:
    def turning(_: tuple[Rgb, ...]) -> deep.Features:
        angles = np.radians([0, 60, 120])
        return (3 * np.stack([np.cos(angles), np.sin(angles)], axis=1)).astype(np.float32)

    found = numbers(sample, turning)
    assert found["deep_consistency"] == pytest.approx(0.5, abs=1e-5)
    assert found["subject_consistency"] == pytest.approx((0.5 + 0.25) / 2, abs=1e-5)


def test_the_network_tells_a_steady_clip_from_a_changing_one(sample: Sample) -> None:
    steady = numbers(replace(sample, keys=(texture(1), texture(1))))
    changing = numbers(replace(sample, keys=(texture(1), np.full((72, 128, 3), 200, np.uint8))))
    assert steady["subject_consistency"] == pytest.approx(1, abs=1e-5)
    assert (changing["subject_consistency"] or 0) < 0.8


def test_a_single_frame_stays_itself_without_a_number(sample: Sample) -> None:
    assert set(numbers(replace(sample, keys=sample.keys[:1])).values()) == {None}


def test_a_damaged_network_gives_a_reason(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(_: ModelStore, name: str) -> None:
        raise MissingModelError(f"{name} is damaged.", "Install the program again.")

    monkeypatch.setattr(ModelStore, "get", damaged)
    for score in deep.measure(sample, ""):
        assert score.value is None
        assert score.reason == ("cannot compute: efficientnet-lite0 is damaged. Install the program again.")


def test_the_network_ships_with_its_checksum() -> None:
    store = ModelStore.open(Path("none"))
    assert store.card(deep.MODEL).shipped
    assert store.has(deep.MODEL)
