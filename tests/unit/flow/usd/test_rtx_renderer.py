"""Installing what is not ours: only after agreement, and whole or not at all; other wheels stand for it."""

import sys
import zipfile
from pathlib import Path

import pytest

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.base.paths import AppPaths
from clappper.base.settings import SettingsFile
from clappper.flow.usd import rtx_renderer
from clappper.flow.usd.rtx_renderer import LICENCE, PACKAGES, folder_of, install, remove
from clappper.usd.processes import StoppedError


@pytest.fixture
def paths(tmp_path: Path) -> AppPaths:
    return AppPaths(*(tmp_path / "data" / name for name in ("config", "cache", "models", "logs")))


def _wheels(folder: Path, packages: tuple[str, ...] = PACKAGES, body: str = "") -> tuple[str, ...]:
    """Make wheels of the real ones' names and versions; give where pip finds them, and nothing else."""
    folder.mkdir(exist_ok=True)
    for package in packages:
        name, _, version = package.partition("==")
        facts = f"{name}-{version}.dist-info"
        with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{name}.py", body)
            wheel.writestr(f"{facts}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
            wheel.writestr(f"{facts}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{facts}/RECORD", "")
    return "--no-index", "--find-links", str(folder)


def test_without_agreement_nothing_happens(paths: AppPaths) -> None:
    for said in ("", "yes", "GPL-3.0"):
        with pytest.raises(UnusableInputError, match=LICENCE.name):
            install(paths, said)
    assert not folder_of(paths).exists()


def test_it_is_installed_tried_and_noted_and_can_go_again(paths: AppPaths, tmp_path: Path) -> None:
    steps: list[str] = []
    python = install(paths, LICENCE.name, steps.append, sources=_wheels(tmp_path / "wheels"))
    assert python.is_relative_to(folder_of(paths))
    assert SettingsFile(paths.config, {}).load().ovrtx_python == str(python)
    assert steps[0].startswith("Making")
    assert "Trying it" in steps
    assert remove(paths)
    assert not folder_of(paths).exists()
    assert SettingsFile(paths.config, {}).load().ovrtx_python == ""
    assert not remove(paths)


def _program(monkeypatch: pytest.MonkeyPatch, folder: Path, body: str) -> None:
    """Let another program make the environment: one whose Python runs ``body``."""
    script = folder / "python"
    script.write_text(
        f"#!{sys.executable}\nimport os, sys\nplace = sys.argv[-1]\nos.makedirs(place + '/bin')\n"
        f"inner = place + '/bin/python'\nopen(inner, 'w').write({body!r})\nos.chmod(inner, 0o755)\n"
    )
    script.chmod(0o755)
    monkeypatch.setattr(rtx_renderer, "find_python", lambda: str(script))


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script with a first line")
@pytest.mark.parametrize(
    ("complaint", "says"),
    [
        ("InstallFailedError: cannot download the real wheel file to install", "their server did not answer"),
        ("ERROR: No matching distribution found for ovrtx", "No matching distribution found for ovrtx"),
        ("ImportError: libvulkan.so.1", "libvulkan"),
    ],
)
def test_what_fails_is_one_sentence_and_leaves_nothing(
    paths: AppPaths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, complaint: str, says: str
) -> None:
    _program(monkeypatch, tmp_path, f"#!/bin/sh\necho '{complaint}' >&2\nexit 1\n")
    with pytest.raises(ClappperError) as caught:
        install(paths, LICENCE.name)
    assert says in caught.value.message
    assert "\n" not in caught.value.message
    assert not folder_of(paths).exists()
    assert SettingsFile(paths.config, {}).load().ovrtx_python == ""


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script with a first line")
def test_cancelled_leaves_nothing(paths: AppPaths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _program(monkeypatch, tmp_path, "#!/bin/sh\necho 'Downloading ovrtx'\nexec sleep 60\n")
    steps: list[str] = []
    with pytest.raises(StoppedError):
        install(paths, LICENCE.name, steps.append, lambda: "Downloading ovrtx" in steps)
    assert not folder_of(paths).exists()
    assert SettingsFile(paths.config, {}).load().ovrtx_python == ""
