from __future__ import annotations

import json
from pathlib import Path

import pytest

from clappper.base.errors import UnusableInputError
from clappper.store import sidecar
from clappper.store.sidecar import CostPage, FaultPage, MediaPage, PromptPack, ProviderPack, Sidecar

STORY = Sidecar(
    media=MediaPage(name="a.mp4", kind="video", sha256="aa", size_bytes=3, facts={"width": 64}),
    origin="job:j",
    created="2026-01-01",
    job_id="j",
    attempt=2,
    prompt_pack=PromptPack(
        kind="t2v", prompt="Ω lamp", seconds=4, aspect="9:16", width=64, height=36, fps=30, options={"a": [1]}
    ),
    provider_pack=ProviderPack(provider="motion", model="studio-1", remote_id="r", sent={"seed": 1}),
    seeds=(1,),
    cost=CostPage(estimated_low=0, estimated_high=0, actual=None, billed="no"),
    seconds_to_make=1.5,
    errors=(FaultPage(attempt=1, fault="lost", message="gone"),),
)


def test_a_sidecar_comes_back_as_it_went(tmp_path: Path) -> None:
    media = tmp_path / "a.mp4"
    sidecar.write(media, STORY)
    assert sidecar.read(media) == STORY
    assert sidecar.path_of(media).name == "a.mp4.json"
    assert json.loads(sidecar.path_of(media).read_bytes())["schema_version"] == 1


@pytest.mark.parametrize("text", [None, "", "{}", '{"media": 3}'])
def test_a_missing_or_damaged_sidecar_is_a_sentence(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        sidecar.path_of(tmp_path / "a.mp4").write_text(text)
    with pytest.raises(UnusableInputError, match="not a sidecar"):
        sidecar.read(tmp_path / "a.mp4")


def test_a_sidecar_of_tomorrow_is_refused(tmp_path: Path) -> None:
    page = json.loads(STORY.model_dump_json()) | {"schema_version": 2}
    sidecar.path_of(tmp_path / "a.mp4").write_text(json.dumps(page))
    with pytest.raises(UnusableInputError, match="not a sidecar"):
        sidecar.read(tmp_path / "a.mp4")
