from pathlib import Path

import pytest

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.base.settings import Settings
from clappper.flow.usd.open_in_composer import applications, open_stage, scene_folder, stage_of
from clappper.store import sidecar


def _nothing(name: str) -> None:
    del name


def test_composer_gets_its_arguments_as_a_list() -> None:
    settings = Settings(composer_app="/opt/kit/my.kit.sh")
    (found,) = applications(Path("/a b/root.usda"), settings, "Linux", _nothing)
    assert found.command == (
        "/opt/kit/my.kit.sh",
        "--/app/content/emptyStageOnStart=false",
        "--exec",
        'open_stage.py "/a b/root.usda"',
    )


def test_a_viewer_takes_another_argument() -> None:
    settings = Settings(composer_app=r"C:\kit\my_viewer.kit.bat")
    (found,) = applications(Path("/s/root.usda"), settings, "Windows", _nothing)
    assert found.command[1] == "--/app/auto_load_usd=/s/root.usda"


def test_macos_has_no_omniverse_but_blender() -> None:
    settings = Settings(composer_app="/opt/kit/my.kit.sh", blender="/Applications/Blender")
    (found,) = applications(Path("/it's/root.usda"), settings, "Darwin", _nothing)
    assert found.name == "Blender"
    assert not found.saves
    assert 'filepath="/it\'s/root.usda"' in found.command[2]


def test_usdview_is_used_where_it_is() -> None:
    found = applications(Path("/s/root.usda"), Settings(), "Linux", {"usdview": "/bin/usdview"}.get)
    assert [one.command for one in found] == [("/bin/usdview", "/s/root.usda")]


def test_a_quotation_mark_is_refused() -> None:
    with pytest.raises(UnusableInputError, match="quotation mark"):
        applications(Path('/a"b/root.usda'), Settings(composer_app="kit.sh"), "Linux", _nothing)


def test_a_missing_program_says_where_to_set_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    stage = tmp_path / "a.usda"
    stage.write_text("#usda 1.0\n")
    with pytest.raises(ClappperError, match="composer_app"):
        open_stage(stage, Settings())
    with pytest.raises(ClappperError, match="cannot be started"):
        open_stage(stage, Settings(composer_app=str(tmp_path / "gone.kit.sh")), "composer")


def test_the_root_layer_of_a_rendered_folder(tmp_path: Path) -> None:
    root = tmp_path / "stage" / "root.usda"
    root.parent.mkdir()
    root.write_text("#usda 1.0\n")
    assert stage_of(tmp_path) == root.resolve()
    with pytest.raises(UnusableInputError):
        stage_of(tmp_path / "nothing")


def test_a_scene_is_found_from_its_film_wherever_the_project_lies(tmp_path: Path) -> None:
    film = tmp_path / "moved" / "generated" / "usd_scene" / "a.mp4"
    film.parent.mkdir(parents=True)
    media = sidecar.MediaPage(name=film.name, kind="video", sha256="", size_bytes=4, facts={})
    sent = {"scene_folder": "scenes/0123"}
    pack = sidecar.ProviderPack(provider="usd_scene", model="local", remote_id="", sent=sent)
    sidecar.write(film, sidecar.Sidecar(media=media, origin="made", created="", provider_pack=pack))
    assert scene_folder(film) is None
    (tmp_path / "moved" / "scenes" / "0123").mkdir(parents=True)
    assert scene_folder(film) == tmp_path / "moved" / "scenes" / "0123"
