"""The model store: only the right files count, and what is missing is said with what to do."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.media.models import (
    MissingModelError,
    ModelCard,
    ModelFile,
    ModelState,
    ModelStore,
    digest,
    read_cards,
    shipped_cards,
)

NOW = datetime(2026, 1, 2, tzinfo=UTC)
CONTENT = b"weights"


def _store(folder: Path) -> ModelStore:
    sha = hashlib.sha256(CONTENT).hexdigest()
    file = ModelFile("net.bin", f"sha256:{sha}", len(CONTENT), "https://example.test/net.bin")
    card = ModelCard("tiny", "Tiny", "tests", "MIT", "https://example.test", (file,))
    return ModelStore(folder / "models", {"tiny": card})


def _bring(store: ModelStore, tmp_path: Path, content: bytes = CONTENT) -> None:
    (tmp_path / "stick").mkdir(exist_ok=True)
    (tmp_path / "stick" / "net.bin").write_bytes(content)
    store.bring("tiny", tmp_path / "stick", "MIT", NOW)


def test_a_missing_model_names_the_command_that_gets_it(tmp_path: Path) -> None:
    with pytest.raises(MissingModelError, match="clappper models get tiny"):
        _store(tmp_path).get("tiny")


def test_a_model_from_a_folder_is_copied_and_found_again(tmp_path: Path) -> None:
    store = _store(tmp_path)
    _bring(store, tmp_path)
    assert store.get("tiny").file().read_bytes() == CONTENT
    assert (tmp_path / "stick" / "net.bin").exists()
    assert store.missing_files("tiny") == ()


def test_a_changed_file_is_not_taken(tmp_path: Path) -> None:
    store = _store(tmp_path)
    with pytest.raises(UnusableInputError, match=r"net\.bin"):
        _bring(store, tmp_path, b"weighty")
    assert store.state("tiny") is ModelState.MISSING


def test_a_file_that_was_changed_later_is_noticed(tmp_path: Path) -> None:
    _bring(_store(tmp_path), tmp_path)
    store = _store(tmp_path)
    (store.place("tiny") / "net.bin").write_bytes(b"WEIGHTS")
    assert store.state("tiny") is ModelState.DAMAGED
    with pytest.raises(MissingModelError, match="damaged"):
        store.get("tiny")


def test_a_wrong_download_is_removed_and_refused(tmp_path: Path) -> None:
    store = _store(tmp_path)
    part = tmp_path / "net.part"
    part.write_bytes(b"<html>")
    with pytest.raises(UnusableInputError, match="checksum"):
        store.take("tiny", store.card("tiny").files[0], part)
    assert not part.exists()


def test_the_licence_has_to_be_named(tmp_path: Path) -> None:
    store = _store(tmp_path)
    with pytest.raises(UnusableInputError, match="MIT"):
        store.accept("tiny", "", NOW)
    store.accept("tiny", "MIT", NOW)
    assert "2026-01-02" in (store.place("tiny") / "accepted.json").read_text()


def test_removing_forgets_a_model_but_not_a_built_in_one(tmp_path: Path) -> None:
    store = _store(tmp_path)
    _bring(store, tmp_path)
    assert store.has("tiny")
    store.remove("tiny")
    assert not store.has("tiny")
    with pytest.raises(UnusableInputError, match="part of the program"):
        ModelStore.open(tmp_path).remove("selfie")


def test_a_full_disk_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("in the way")
    with pytest.raises(ClappperError, match="cannot be written"):
        _bring(_store(tmp_path), tmp_path)


def test_git_names_content_as_git_does(tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.write_bytes(b"")
    assert digest(path, "git") == "git:e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"


def test_built_in_models_are_whole_and_others_say_where_they_come_from(tmp_path: Path) -> None:
    store = ModelStore.open(tmp_path)
    for card in shipped_cards().values():
        if card.shipped:
            assert store.has(card.id), card.id
        else:
            assert all(file.url.startswith("https://") for file in card.files), card.id


def test_a_persons_own_list_adds_models(tmp_path: Path) -> None:
    own = tmp_path / "models.toml"
    own.write_text(
        '[mine]\ntitle="Mine"\npurpose="x"\nlicence="MIT"\nsource="here"\n'
        'files=[{name="a.onnx", checksum="sha256:00", url="https://example.test/a"}]\n'
    )
    assert ModelStore.open(tmp_path, own).card("mine").title == "Mine"


@pytest.mark.parametrize(
    "text",
    [
        "not toml",
        "[m]\ntitle='t'",
        "[m]\ntitle='t'\npurpose='p'\nlicence='l'\nsource='s'\nfiles=[{name='../x', checksum='sha256:0'}]",
        "[m]\ntitle='t'\npurpose='p'\nlicence='l'\nsource='s'\nfiles=[{name='x', checksum='md5:0'}]",
        "['..']\ntitle='t'\npurpose='p'\nlicence='l'\nsource='s'\nfiles=[]",
        "title='t'",
    ],
)
def test_a_broken_list_is_one_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "models.toml"
    path.write_text(text)
    with pytest.raises(UnusableInputError, match="not a list of models"):
        read_cards(path)
