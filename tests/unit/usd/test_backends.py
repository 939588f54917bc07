from functools import partial
from pathlib import Path

import pytest

from clappper.base.errors import ClappperError
from clappper.base.settings import Settings
from clappper.usd import backends
from clappper.usd.backends import Renderer, Unusable, choose, command_for, find_blender, find_kit, gpu_problem


@pytest.mark.parametrize(
    ("system", "listed", "says"),
    [
        ("Linux", "NVIDIA RTX A6000, 580.95.05\n", ""),
        (
            "Linux",
            "NVIDIA GeForce RTX 4090, 570.100\n",
            "Driver 570.100 is too old for RTX rendering: 570.169 or newer",
        ),
        (
            "Windows",
            "NVIDIA GeForce RTX 3070, 552.12\n",
            "Driver 552.12 is too old for RTX rendering: 573.42 or newer",
        ),
        ("Linux", "NVIDIA H200, 595.58\n", ""),
        ("Linux", "NVIDIA GeForce GTX 1080, 580.1\n", "No NVIDIA RTX GPU found"),
        ("Linux", "", "No NVIDIA RTX GPU found"),
        ("Darwin", "", "NVIDIA RTX rendering runs on Linux and Windows only"),
    ],
)
def test_what_keeps_rtx_from_running(system: str, listed: str, says: str) -> None:
    assert gpu_problem(system, listed) == says


def _give(found: backends.Found, settings: Settings) -> backends.Found:
    del settings
    return found


def _no_problem(system: str, listed: str) -> str:
    del system, listed
    return ""


def _as_found(*found: backends.Found) -> tuple[object, ...]:
    return tuple(partial(_give, one) for one in found)


BUILTIN = Renderer("builtin", "Built-in renderer", ("b",))
BLENDER = Renderer("blender", "Blender", ("x",))
NO_RTX = Unusable("ovrtx", "RTX renderer", "RTX renderer not installed", "Install it")


def test_auto_takes_the_first_and_says_what_it_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backends, "FINDERS", _as_found(NO_RTX, BLENDER, BUILTIN))
    assert choose("auto", Settings()) == (BLENDER, ("RTX renderer: RTX renderer not installed",))
    assert choose("builtin", Settings()) == (BUILTIN, ())


def test_a_wanted_renderer_that_is_missing_says_what_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backends, "FINDERS", _as_found(NO_RTX, BUILTIN))
    with pytest.raises(ClappperError, match=r"RTX renderer not installed\. Install it"):
        choose("ovrtx", Settings())


def test_with_none_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backends, "FINDERS", _as_found(NO_RTX))
    with pytest.raises(ClappperError, match="No 3D renderer can be used"):
        choose("auto", Settings())


def test_blender_is_too_old(tmp_path: Path) -> None:
    program = tmp_path / "blender"
    program.write_text("#!/bin/sh\necho Blender 3.6.2\n")
    program.chmod(0o755)
    found = find_blender(Settings(blender=str(program)))
    assert isinstance(found, Unusable)
    assert "3.6" in found.reason


def test_blender_gets_its_script_and_folder(tmp_path: Path) -> None:
    program = tmp_path / "blender"
    program.write_text("#!/bin/sh\necho Blender 4.5.15 LTS\n")
    program.chmod(0o755)
    found = find_blender(Settings(blender=str(program)))
    assert isinstance(found, Renderer)
    command = command_for(found, tmp_path)
    assert command[1:4] == ("-b", "--factory-startup", "-P")
    assert command[-2:] == ("--", str(tmp_path))
    assert Path(command[4]).is_file()


def test_kit_takes_script_and_folder_in_one_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backends, "gpu_problem", _no_problem)
    for name in ("kit/kit", "apps/my.kit"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("")
    found = find_kit(Settings(kit_app_dir=str(tmp_path)))
    assert isinstance(found, Renderer)
    command = command_for(found, Path("/a b/job"))
    assert command[-2] == "--exec"
    assert command[-1].endswith('kit_script.py" "/a b/job"')
    assert not any("EULA" in part for part in command)


def test_a_folder_that_is_no_kit_app(tmp_path: Path) -> None:
    found = find_kit(Settings(kit_app_dir=str(tmp_path)))
    assert isinstance(found, Unusable)
    assert "no built Kit app" in found.reason
