from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from clappper.base.errors import UnusableInputError
from clappper.media.interpolate import backends, vulkan
from clappper.media.interpolate.backends import Backend, choose, examine
from clappper.media.models import ModelFile, ModelStore, digest
from clappper.media.picture import Yuv


@pytest.fixture
def models(tmp_path: Path) -> ModelStore:
    return ModelStore.open(tmp_path)


def test_without_a_card_optical_flow_is_the_choice(models: ModelStore) -> None:
    found = {entry.backend: entry for entry in examine(models)}
    assert found[Backend.DIS].works
    assert found[Backend.RIFE].works
    if not found[Backend.VULKAN].works and not found[Backend.ONNX].works:
        assert choose(models).facts["interpolator"] == "dis"
    assert choose(models, Backend.RIFE).facts["interpolator"] == "rife-cpu"
    assert choose(models, Backend.BEST).facts["interpolator"] == "rife-cpu, twice"


def test_a_missing_back_end_says_what_it_needs(models: ModelStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backends, "graphics_card", lambda: None)
    with pytest.raises(UnusableInputError, match="rife-gpu"):
        choose(models, Backend.VULKAN)


class FakeRife:
    """Stands for the wheel's class: draws what lies between in 8-bit RGB."""

    def __init__(self, gpuid: int, model: str) -> None:
        self.made_with = gpuid, model

    def process_cv2(self, one: Any, other: Any, t: float) -> Any:
        assert one.dtype == other.dtype == np.uint8
        return np.rint(one * (1 - t) + other * t).astype(np.uint8)


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A machine whose Vulkan devices have the types in the list."""
    types = [3, 0]
    ncnn = SimpleNamespace(
        get_gpu_count=lambda: len(types),
        get_gpu_info=lambda number: SimpleNamespace(
            type=lambda: types[number], device_name=lambda: f"card {number}"
        ),
    )
    monkeypatch.setitem(sys.modules, "ncnn", ncnn)
    monkeypatch.setitem(sys.modules, vulkan.WRAPPER, SimpleNamespace(Rife=FakeRife))
    monkeypatch.setattr("importlib.metadata.version", lambda _: "1.4.5")
    return types


def test_a_real_card_is_used_and_one_that_is_a_processor_is_not(card: list[int]) -> None:
    assert vulkan.graphics_card() == (1, "card 1")
    card.pop()
    assert vulkan.graphics_card() is None


def test_a_card_without_its_model_names_the_command(models: ModelStore, card: list[int]) -> None:
    assert card
    entry = examine(models)[0]
    assert not entry.works
    assert "clappper models get rife-v4.26" in entry.note


def test_a_card_with_its_model_draws(models: ModelStore, card: list[int], tmp_path: Path) -> None:
    assert card
    folder = tmp_path / backends.V4
    folder.mkdir()
    (folder / "flownet.param").write_text("7767517")
    known = models.card(backends.V4)
    file = ModelFile("flownet.param", digest(folder / "flownet.param", "sha256"))
    here = ModelStore(
        tmp_path,
        {
            **models.cards,
            backends.V4: type(known)(
                known.id, known.title, known.purpose, known.licence, known.source, (file,)
            ),
        },
    )
    interpolator = choose(here)
    assert interpolator.facts["device"] == "card 1"
    made = interpolator.mid(Yuv.blank(32, 16, luma=60), Yuv.blank(32, 16, luma=100), 0.25)
    assert abs(int(made.y.mean()) - 70) <= 1
    assert int(made.u.mean()) == 128
