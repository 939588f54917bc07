from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from clappper.base.errors import UnusableInputError
from clappper.providers import adapters
from clappper.providers.registry import BrokenAdapter, Registry, load
from clappper.providers.workbench import Workbench

PREFIX = f"{adapters.__name__}."
GOOD = """
from clappper.providers.contract import Capabilities, Kind
class Good:
    name = "{name}"
    def __init__(self, bench): self.scratch, self.is_closed = bench.scratch, False
    def models(self):
        return tuple(Capabilities("{name}", m, (Kind.MUSIC,), (1.0, 9.0)) for m in ("m1", "m2"))
    async def aclose(self): self.is_closed = True
def create(bench): return Good(bench)
"""


SENTENCE = """
from clappper.base.errors import ClappperError
def create(bench): raise ClappperError('piper is missing.', 'Install it.')
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An adapter folder of our own in the place of the real one."""
    known = {name: module for name, module in sys.modules.items() if name.startswith(PREFIX)}
    for name in known:
        del sys.modules[name]
    monkeypatch.setattr(adapters, "__path__", [str(tmp_path)])
    for name in ("zeta", "alpha"):
        (tmp_path / f"{name}.py").write_text(GOOD.format(name=name))
    importlib.invalidate_caches()
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith(PREFIX)]:
        del sys.modules[name]
    sys.modules.update(known)


@pytest.mark.usefixtures("folder")
def test_every_module_is_found(tmp_path: Path) -> None:
    registry = load(Workbench(tmp_path))
    assert [provider.name for provider in registry.all()] == ["alpha", "zeta"]
    assert [known.model for known in registry.capabilities()] == ["m1", "m2"] * 2
    assert registry.model("zeta", "m2").provider == "zeta"
    assert registry.broken == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import torch_that_is_not_there", "No module named 'torch_that_is_not_there'"),
        ("def create(bench: ", "was never closed"),
        ("x = 1", "create"),
        ("def create(bench): raise ValueError('no voice')", "ValueError: no voice"),
        (SENTENCE, "piper is missing. Install it."),
    ],
)
def test_a_broken_adapter_is_reported_and_harms_no_other(folder: Path, text: str, reason: str) -> None:
    (folder / "middle.py").write_text(text)
    importlib.invalidate_caches()
    registry = load(Workbench(folder))
    assert [provider.name for provider in registry.all()] == ["alpha", "zeta"]
    (broken,) = registry.broken
    assert broken.name == "middle"
    assert reason in broken.reason
    with pytest.raises(UnusableInputError, match="middle cannot be used"):
        registry.get("middle")


def test_an_unknown_name_is_answered_with_the_known_ones(folder: Path) -> None:
    registry = load(Workbench(folder))
    with pytest.raises(UnusableInputError, match="no provider beta") as caught:
        registry.get("beta")
    assert caught.value.hint == "Choose one of: alpha, zeta."
    with pytest.raises(UnusableInputError, match="no model 'm3'") as caught:
        registry.model("zeta", "m3")
    assert caught.value.hint == "Choose one of: m1, m2."


async def test_closing_closes_all(folder: Path) -> None:
    registry = load(Workbench(folder))
    await registry.aclose()
    assert all(vars(provider)["is_closed"] for provider in registry.all())


def test_nothing_to_choose_from_is_said() -> None:
    with pytest.raises(UnusableInputError) as caught:
        Registry([], [BrokenAdapter("a", "why")]).get("b")
    assert caught.value.hint == "Choose one of: none."
