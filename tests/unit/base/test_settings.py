from pathlib import Path
from typing import Any

import pytest

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.base.settings import Settings, SettingsFile


def test_what_nobody_says_is_at_its_default(tmp_path: Path) -> None:
    assert SettingsFile(tmp_path / "nowhere", {}).load() == Settings()


def test_the_environment_overrides_the_file_for_one_run(tmp_path: Path) -> None:
    settings = SettingsFile(tmp_path, {"CLAPPPER_COMFYUI_URL": "http://gpu.local:8188/"})
    settings.save(comfyui_url="http://127.0.0.1:8188", largest_download_mb=5)
    assert settings.load().comfyui_url == "http://gpu.local:8188"
    assert SettingsFile(tmp_path, {}).load().comfyui_url == "http://127.0.0.1:8188"
    assert SettingsFile(tmp_path, {"CLAPPPER_LARGEST_DOWNLOAD_MB": "7"}).load().largest_download_mb == 7


def test_a_list_in_the_environment_is_written_with_commas(tmp_path: Path) -> None:
    found = SettingsFile(tmp_path, {"CLAPPPER_OWN_ORIGINS": "http://127.0.0.1:1, http://127.0.0.1:2"}).load()
    assert found.own_origins == ("http://127.0.0.1:1", "http://127.0.0.1:2")


def test_keys_of_other_versions_survive(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('theme = "dark"\n[later]\nx = 1\n')
    SettingsFile(tmp_path, {}).save(llm_model="small")
    text = (tmp_path / "settings.toml").read_text()
    assert 'theme = "dark"' in text
    assert "[later]" in text
    assert 'llm_model = "small"' in text


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"replicate_base_url": "http://api.example.com"}, "must begin with https://"),
        ({"replicate_base_url": "ftp://api.example.com"}, "must be an address"),
        ({"runway_base_url": "https://user:word@api.example.com"}, "must be an address"),
        ({"comfyui_url": "127.0.0.1:8188"}, "must be an address"),
        ({"largest_download_mb": 0}, "does not fit"),
        ({"cosmos_dialect": "french"}, "does not fit"),
        ({"metric_plugins": ["rouge"]}, "does not fit"),
    ],
)
def test_a_value_that_does_not_fit_changes_nothing(
    tmp_path: Path, change: dict[str, Any], reason: str
) -> None:
    settings = SettingsFile(tmp_path, {})
    settings.save(llm_model="small")
    before = settings.path.read_bytes()
    with pytest.raises(UnusableInputError, match=reason) as caught:
        settings.save(**change)
    assert next(iter(change)) in caught.value.message
    assert settings.path.read_bytes() == before


def test_a_key_may_go_to_this_machine_unencrypted() -> None:
    assert Settings(replicate_base_url="http://127.0.0.1:99").replicate_base_url == "http://127.0.0.1:99"


def test_a_broken_file_is_told_and_kept(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("comfyui_url = ")
    with pytest.raises(UnusableInputError, match=r"settings\.toml cannot be read"):
        SettingsFile(tmp_path, {}).load()
    assert (tmp_path / "settings.toml").read_text() == "comfyui_url = "


def test_a_folder_that_takes_nothing_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ClappperError):
        SettingsFile(tmp_path / "file", {}).save(llm_model="x")
