"""A scene on Nucleus is copied with what it names, and a newer checkpoint is news."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.base.settings import Settings
from clappper.usd.nucleus import NucleusWatch, bring, copy_of, digest_of, keep, look, news_of
from clappper.usd.recipe import SceneRecipe, is_nucleus

DOUBLE = Path(__file__).resolve().parents[2] / "simulators" / "nucleus"
CUP = "omniverse://studio/cups/cup.usda"
CUP_LAYER = (
    '#usda 1.0\ndef Xform "Cup" {\nasset glaze = @../shared/glaze.png@\nasset gone = @./gone.png@\n}\n'
)
HERE = Settings(omniverse_python=sys.executable)


def never() -> bool:
    return False


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a cup on a server that keeps checkpoints."""
    studio = tmp_path / "servers" / "studio"
    for name, text in (("cups/cup.usda", CUP_LAYER), ("shared/glaze.png", "glaze")):
        (studio / name).parent.mkdir(parents=True)
        (studio / name).write_text(text)
    (studio / ".checkpoints.json").write_text("{}")
    monkeypatch.setenv("NUCLEUS_FOLDER", str(studio.parent))
    monkeypatch.setenv("PYTHONPATH", str(DOUBLE))
    return studio


def saved_by(server: Path, by: str, comment: str) -> None:
    """Save the cup as a person does in Composer: with a checkpoint."""
    cup = server / "cups" / "cup.usda"
    cup.write_text(f"{CUP_LAYER}# {comment}\n")
    book = json.loads((server / ".checkpoints.json").read_text())
    made = book["/cups/cup.usda"]
    made.append(
        {"comment": comment, "by": by, "time": 2000.0 + len(made), "size": 1, "content": cup.read_text()}
    )
    (server / ".checkpoints.json").write_text(json.dumps(book))


def test_a_scene_comes_with_what_it_names_and_a_later_checkpoint_is_news(
    server: Path, tmp_path: Path
) -> None:
    pytest.importorskip("pxr", reason="OpenUSD is not installed: pip install clappper[render]")
    folder = tmp_path / "scene"
    brought = bring(SceneRecipe(product_usd=CUP), folder, HERE, never)
    copies = folder / "nucleus" / "studio"
    assert brought.recipe.product_usd == str(copies / "cups" / "cup.usda")
    assert (copies / "shared" / "glaze.png").is_file()
    assert brought.states[CUP]["checkpoint"] == "&1"
    assert not brought.states["omniverse://studio/cups/gone.png"]["saved"]
    watch = NucleusWatch(folder)
    assert not watch.look(brought.states, HERE)
    saved_by(server, "anna", "new label")
    assert NucleusWatch(folder).look(brought.states, HERE) == (
        "cup.usda: checkpoint 2 by anna on Nucleus: new label."
    )


def test_where_the_server_is_gone_the_copy_is_shown_and_said(server: Path, tmp_path: Path) -> None:
    folder = tmp_path / "scene"
    server.rename(tmp_path / "away")
    with pytest.raises(ClappperError, match="Nucleus server studio did not answer"):
        bring(SceneRecipe(usd=CUP), folder, HERE, never)
    copy_of(CUP, folder).parent.mkdir(parents=True)
    copy_of(CUP, folder).write_text(CUP_LAYER)
    brought = bring(SceneRecipe(usd=CUP), folder, HERE, never)
    assert "did not answer. The copy of " in brought.warnings[0]
    assert brought.recipe.usd == str(copy_of(CUP, folder))


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("omniverse://locked/a.usd", "Sign in to locked in Composer"),
        ("omniverse://studio/none.usd", "USD file not found: omniverse://studio/none.usd"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(server: Path, tmp_path: Path, url: str, says: str) -> None:
    (server.parent / "locked").mkdir()
    with pytest.raises(UnusableInputError) as caught:
        bring(SceneRecipe(usd=url), tmp_path / "scene", HERE, never)
    assert says in str(caught.value)


def test_without_a_client_it_is_said_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(ClappperError, match=r"need the Omniverse client \(18 MB, NVIDIA licence\)"):
        bring(SceneRecipe(usd=CUP), tmp_path, Settings(), never)


def test_a_python_without_the_client_says_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "omni").mkdir()
    (tmp_path / "omni" / "__init__.py").write_text("")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(ClappperError, match="need the Omniverse client"):
        look([CUP], tmp_path / "scene", HERE)


def test_a_server_without_checkpoints_still_tells_what_was_saved(server: Path, tmp_path: Path) -> None:
    (server / ".checkpoints.json").unlink()
    keep([CUP], "before", tmp_path, HERE)
    known = look([CUP], tmp_path, HERE)
    assert not known[CUP]["checkpoint"]
    (server / "cups" / "cup.usda").write_text(f"{CUP_LAYER}# longer\n")
    now = look([CUP], tmp_path, HERE)
    assert news_of(known, now) == "cup.usda was saved by anna on Nucleus."
    assert digest_of(now) != digest_of(known)


def test_what_is_gone_is_news_and_silence_is_none() -> None:
    known = {CUP: {"saved": "2026-12-01", "checkpoint": "&1"}}
    assert news_of(known, {CUP: {"saved": "", "checkpoint": ""}}) == "cup.usda is gone from Nucleus."
    assert not news_of(known, {})
    assert not digest_of({})


@pytest.mark.parametrize("url", ["omniverse:///a.usd", "omniverse://host", "omniverse://host/../../etc/a.usd",
                                 "omniverse://host/%2e%2e/a.usd"])  # fmt: skip
def test_an_address_stays_in_its_folder(url: str, tmp_path: Path) -> None:
    with pytest.raises(UnusableInputError, match="no address of a file"):
        copy_of(url, tmp_path)


def test_only_the_two_schemes_are_nucleus() -> None:
    assert is_nucleus("nucleus://host/a.usd")
    assert not is_nucleus("https://host/a.usd")
    assert not is_nucleus("C:/a.usd")
