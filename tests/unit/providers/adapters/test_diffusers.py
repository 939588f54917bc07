from __future__ import annotations

import dataclasses
import importlib.util
from pathlib import Path

import pytest

from clappper.base.paths import AppPaths
from clappper.providers.adapters import diffusers
from clappper.providers.contract import FaultKind, GenRequest, Kind, ProviderError
from clappper.providers.workbench import Workbench


def bench(tmp_path: Path) -> Workbench:
    own = AppPaths(tmp_path / "config", tmp_path / "cache", tmp_path / "models", tmp_path / "logs")
    return Workbench(tmp_path / "scratch", own=own)


def put_model(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "models" / "diffusers" / name
    folder.mkdir(parents=True)
    (folder / "model_index.json").write_text("{}")


def wish(model: str) -> GenRequest:
    return GenRequest("k", Kind.TEXT_TO_VIDEO, "diffusers", model, "a tin", 4.0, aspect="3:2", fps=8.0)


def has_all(monkeypatch: pytest.MonkeyPatch, card: str = "Test GPU, 24 GB") -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: object())
    monkeypatch.setattr(diffusers, "graphics_card", lambda: card)


async def test_what_is_missing_is_named_in_the_order_of_getting_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = diffusers.create(bench(tmp_path))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "torch" else object())
    health = await provider.check()
    assert (health.ready, health.detail) == (False, "Not installed: torch.")
    assert "clappper[local]" in health.hint
    has_all(monkeypatch, card="")
    assert "graphics card" in (await provider.check()).detail
    has_all(monkeypatch)
    health = await provider.check()
    assert not health.ready
    assert "huggingface-cli download THUDM/CogVideoX-2b" in health.hint
    put_model(tmp_path, "cogvideox-2b")
    health = await provider.check()
    assert health.ready
    assert health.detail == "Test GPU, 24 GB: cogvideox-2b."


async def test_only_models_that_are_here_are_offered(tmp_path: Path) -> None:
    provider = diffusers.create(bench(tmp_path))
    assert len(provider.models()) == 3
    put_model(tmp_path, "svd-xt")
    assert [model.model for model in provider.models()] == ["svd-xt"]
    with pytest.raises(ProviderError) as missing:
        await provider.submit(wish("cogvideox-2b"))
    assert missing.value.fault.kind is FaultKind.SETUP


def test_what_is_drawn_is_told(tmp_path: Path) -> None:
    provider = diffusers.create(bench(tmp_path))
    told = provider.sent(dataclasses.replace(wish("cogvideox-2b"), extra={"steps": 30}))
    assert (told["repository"], told["steps"], told["frames"]) == ("THUDM/CogVideoX-2b", 30, 49)
    too_long = dataclasses.replace(wish("cogvideox-2b"), seconds=12.0)
    assert any(issue.blocking for issue in provider.validate(too_long))
