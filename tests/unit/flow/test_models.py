from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from clappper.base.errors import UnusableInputError
from clappper.base.paths import AppPaths
from clappper.flow.models import bring_model, get_model, list_models, remove_model
from clappper.media.models import ModelState
from clappper.providers.workbench import EMBEDDED

BODY = b"weights"


@pytest.fixture
def paths(tmp_path: Path) -> AppPaths:
    """A user's folders with one model of the user's own in the list."""
    found = AppPaths(tmp_path / "config", tmp_path / "cache", tmp_path / "models", tmp_path / "logs")
    found.config.mkdir()
    checksum = hashlib.sha256(BODY).hexdigest()
    (found.config / "models.toml").write_text(
        '[tiny]\ntitle = "Tiny"\npurpose = "testing"\nlicence = "MIT"\nsource = "https://example.org"\n'
        f'files = [{{ name = "w.bin", checksum = "sha256:{checksum}", url = "https://example.org/w.bin" }}]\n'
    )
    return found


class Net:
    """Stands for the network; counts what it is asked for."""

    def __init__(self, body: bytes = BODY) -> None:
        self.asked: list[str] = []
        self.body = body

    async def __call__(self, url: str, destination: Path) -> None:
        self.asked.append(url)
        destination.write_bytes(self.body)  # noqa: ASYNC240 - a few bytes of a test


def state(paths: AppPaths) -> ModelState:
    return next(line.state for line in list_models(paths) if line.card.id == "tiny")


async def test_a_model_comes_after_its_licence_is_agreed_to_and_only_once(paths: AppPaths) -> None:
    net = Net()
    with pytest.raises(UnusableInputError, match="comes under MIT"):
        await get_model(paths, "tiny", "", EMBEDDED, lambda _: None, net)
    assert (net.asked, state(paths)) == ([], ModelState.MISSING)
    line = await get_model(paths, "tiny", "MIT", EMBEDDED, lambda _: None, net)
    assert line.state is ModelState.READY
    await get_model(paths, "tiny", "MIT", EMBEDDED, lambda _: None, net)
    assert net.asked == ["https://example.org/w.bin"]
    assert remove_model(paths, "tiny").state is ModelState.MISSING


async def test_another_file_is_not_taken(paths: AppPaths) -> None:
    with pytest.raises(UnusableInputError, match="checksum"):
        await get_model(paths, "tiny", "MIT", EMBEDDED, lambda _: None, Net(b"other"))
    assert state(paths) is ModelState.MISSING
    assert not list((paths.models / "tiny").glob("*.bin"))


def test_a_model_is_brought_from_a_folder(paths: AppPaths, tmp_path: Path) -> None:
    (tmp_path / "w.bin").write_bytes(BODY)
    assert bring_model(paths, "tiny", tmp_path, "MIT", EMBEDDED).state is ModelState.READY


def test_built_in_models_are_here_and_stay(paths: AppPaths) -> None:
    built_in = [line for line in list_models(paths) if line.card.shipped]
    assert {line.state for line in built_in} == {ModelState.READY}
    with pytest.raises(UnusableInputError, match="part of the program"):
        remove_model(paths, built_in[0].card.id)
