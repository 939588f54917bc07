"""BERTScore: the matching by hand, and a tiny BERT of transformers' own class."""

from pathlib import Path

import numpy as np
import pytest

from clappper.review.plugins import bertscore
from clappper.review.plugins.material import Material
from tests.unit.review.plugins.tiny import write_bert

pytestmark = pytest.mark.filterwarnings("ignore")


def numbers(models: Path, prompt: str, caption: str) -> list[float | None]:
    return [one.value for one in bertscore.measure(Material(models, prompt=prompt, caption=caption))]


def test_each_token_is_matched_with_the_most_alike() -> None:
    angles = np.radians([0.0, 60.0]), np.radians([0.0, 90.0, 180.0])
    said, asked = (np.stack([np.cos(angle), np.sin(angle)], axis=1) for angle in angles)
    counted = np.ones(2, bool), np.array([True, True, False])
    precision, recall, f1 = bertscore.matched(said, asked, *counted)
    assert precision == pytest.approx((1 + np.cos(np.radians(30))) / 2)
    assert recall == pytest.approx((1 + np.cos(np.radians(30))) / 2)
    assert f1 == pytest.approx(precision)
    precision, recall, _ = bertscore.matched(said, asked, np.array([True, False]), np.ones(3, bool))
    assert precision == pytest.approx(1)
    assert recall == pytest.approx((1 + np.cos(np.radians(30)) + np.cos(np.radians(120))) / 3)


def test_the_same_words_score_one_and_others_less(tmp_path: Path) -> None:
    write_bert(tmp_path / bertscore.FOLDER)
    assert numbers(tmp_path, "a red boat", "a red boat") == pytest.approx([1, 1, 1], abs=1e-6)
    found = bertscore.measure(Material(tmp_path, prompt="a red boat", caption="calm water"))
    precision, recall, f1 = (one.value or 0 for one in found)
    assert max(precision, recall) < 0.99
    assert f1 == pytest.approx(2 * precision * recall / (precision + recall), rel=1e-4)
    assert numbers(tmp_path, "calm water", "a red boat")[:2] == [recall, precision]
    assert all(one.reason.startswith("by bert, weights sha256:") and "layer 2" in one.reason for one in found)


def test_nobody_makes_up_a_caption(tmp_path: Path) -> None:
    for one in bertscore.measure(Material(tmp_path, prompt="a boat")):
        assert one.value is None
        assert one.reason.startswith("cannot compute: there is no caption of the clip")
    assert numbers(tmp_path, "", "a boat") == [None] * 3


def test_without_a_network_it_says_what_to_bring(tmp_path: Path) -> None:
    for one in bertscore.measure(Material(tmp_path, prompt="a boat", caption="a ship")):
        assert one.value is None
        assert bertscore.HOW in one.reason


def test_a_long_caption_is_not_cut_in_silence(tmp_path: Path) -> None:
    write_bert(tmp_path / bertscore.FOLDER)
    for one in bertscore.measure(Material(tmp_path, prompt="a boat", caption="a red boat " * 9)):
        assert one.value is None
        assert one.reason == "cannot compute: a text is 29 tokens, the model reads up to 16."
