"""Text and faces nobody asked for: what is read and seen, what the prompt explains, and what is missing."""

import shutil
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from clappper.media.models import ModelStore
from clappper.review.scorers import faces, text
from clappper.review.scorers.sample import Rgb, Sample, take_sample
from tests.unit.review.clips import moving, write_clip

TABLE = 'level\tconf\ttext\n1\t-1\t\n5\t96.1\tSALE!\n5\t95\tof\n5\t41\tblurred\n5\t88.5\t"Boat\n'


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    folder = tmp_path_factory.mktemp("clip")
    return take_sample(write_clip(folder / "a.mp4", moving(8)), folder / "models")


def test_only_words_read_with_confidence_count() -> None:
    assert text.sure_words(TABLE) == ("sale", "boat")
    assert text.sure_words("") == ()


def test_text_is_unexpected_unless_the_prompt_has_it(sample: Sample) -> None:
    read = iter([("sale", "boat"), ("boat",), (), ("sale",)])
    (score,) = text.measure(sample, 'A boat called "Boat"', lambda _: next(read))
    assert (score.value, score.reason) == (0.5, "reads: sale")
    (clean,) = text.measure(sample, "", lambda _: ())
    assert (clean.value, clean.reason) == (0, "")


def test_a_reader_that_fails_gives_no_number(sample: Sample) -> None:
    def broken(_: Rgb) -> tuple[str, ...]:
        raise OSError("not a program")

    (score,) = text.measure(sample, "", broken)
    assert score.value is None
    assert score.reason.startswith("cannot compute: Tesseract failed (not a program)")


def test_without_tesseract_it_says_what_to_install(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    (score,) = text.measure(sample, "")
    assert score.value is None
    assert "apt install tesseract-ocr" in score.reason


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")
def test_tesseract_reads_a_sign(sample: Sample) -> None:
    sign = np.full((120, 320, 3), 235, np.uint8)
    cv2.putText(sign, "DISCOUNT", (20, 75), cv2.FONT_HERSHEY_SIMPLEX, 1.6, (20, 20, 20), 4)
    (score,) = text.measure(replace(sample, keys=(sign,)), "a shop")
    assert (score.value, score.reason) == (1, "reads: discount")


def test_the_most_faces_at_once_are_given(sample: Sample) -> None:
    seen = iter([0, 2, 1, 0, 0, 0, 0, 0])
    (score,) = faces.measure(sample, "", lambda _: next(seen))
    assert score.value == 2


def test_without_the_detector_it_says_how_to_get_it(sample: Sample) -> None:
    (score,) = faces.measure(sample, "")
    assert score.value is None
    assert "clappper models get yunet" in score.reason
    card = ModelStore.open(Path("none")).card(faces.MODEL)
    assert card.files[0].checksum.startswith("sha256:")
    assert not card.shipped
