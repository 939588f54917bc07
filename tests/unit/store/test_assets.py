from __future__ import annotations

from dataclasses import replace

import pytest

from clappper.base.errors import UnusableInputError
from clappper.store.assets import Asset
from clappper.store.project import ProjectFolder

CLIP = Asset(
    id="asset_1",
    kind="video",
    path="generated/motion/a.mp4",
    sha256="aa",
    size_bytes=9,
    facts={"width": 64, "rate": {"num": 30, "den": 1}},
    origin="job:j",
    created="2026-01-01",
    derived={"proxy": "proxies/a.mp4"},
)


def test_an_asset_comes_back_as_it_went(project: ProjectFolder) -> None:
    assert project.assets.add(CLIP) == CLIP
    assert project.assets.get("asset_1") == CLIP
    assert project.assets.by_hash("aa") == CLIP
    assert project.assets.by_hash("bb") is None
    with pytest.raises(UnusableInputError, match="no asset nothing"):
        project.assets.get("nothing")


def test_the_same_content_is_one_asset(project: ProjectFolder) -> None:
    project.assets.add(CLIP)
    assert project.assets.add(replace(CLIP, id="asset_2", path="media/b.mp4")) == CLIP
    assert project.assets.list() == (CLIP,)


def test_assets_are_listed_by_kind_the_oldest_first(project: ProjectFolder) -> None:
    song = replace(CLIP, id="asset_0", kind="audio", path="media/s.wav", sha256="cc", created="2025-01-01")
    project.assets.add(CLIP)
    project.assets.add(song)
    assert project.assets.list() == (song, CLIP)
    assert project.assets.list("audio") == (song,)
    assert project.assets.list("still") == ()
