from __future__ import annotations

import errno
import hashlib
from pathlib import Path
from typing import Any

import pytest

from clappper.store import files
from clappper.store.files import StorageError

FaultyDisk = Any
NUMBERS = [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO]


def test_what_is_written_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "page.json"
    files.write_atomically(path, b"one")
    files.write_atomically(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_save_that_fails_anywhere_leaves_the_old_file_or_the_new(
    tmp_path: Path, faulty_disk: FaultyDisk, number: int
) -> None:
    path = tmp_path / "page.json"
    for call in range(1, 50):
        path.write_bytes(b"old")
        faulty_disk.fail_at(call, number)
        try:
            files.write_atomically(path, b"new")
        except StorageError:
            assert path.read_bytes() in {b"old", b"new"}
            assert list(tmp_path.iterdir()) == [path]
        else:
            break
    assert not faulty_disk.has_failed
    assert call > 4
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("number", NUMBERS)
def test_a_copy_that_fails_anywhere_leaves_no_half(
    tmp_path: Path, faulty_disk: FaultyDisk, number: int
) -> None:
    source, copy = tmp_path / "song.wav", tmp_path / "in" / "song.wav"
    copy.parent.mkdir()
    source.write_bytes(b"sound" * 1000)
    for call in range(1, 50):
        faulty_disk.fail_at(call, number)
        try:
            digest = files.copy_atomically(source, copy)
        except StorageError:
            assert [path.name for path in copy.parent.iterdir()] in ([], ["song.wav"])
        else:
            break
    assert digest == hashlib.sha256(source.read_bytes()).hexdigest()
    assert files.sha256_of(copy) == digest
    assert list(copy.parent.iterdir()) == [copy]


def test_a_file_moves_whole(tmp_path: Path) -> None:
    source, home = tmp_path / "a", tmp_path / "b"
    source.write_bytes(b"new")
    home.write_bytes(b"old")
    files.move_into_place(source, home)
    assert home.read_bytes() == b"new"
    assert not source.exists()


def test_a_missing_folder_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="No such file"):
        files.write_atomically(tmp_path / "none" / "page.json", b"")


def test_only_a_full_or_protected_disk_is_about_the_disk(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="no room"), files.full_disk(tmp_path):
        raise OSError(errno.ENOSPC, "full")
    with pytest.raises(ConnectionError), files.full_disk(tmp_path):
        raise ConnectionError("the line is dead")
