"""Files that are either whole or not there: written beside their place, flushed, then moved into it.

Disk trouble becomes a ``StorageError`` here, so that nobody above has to know error numbers.
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clappper.base.errors import ClappperError

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
NOT_ALLOWED = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
CHUNK_BYTES = 1 << 20


class StorageError(ClappperError):
    """The disk does not take what we want to write. Nothing already stored is harmed."""


def storage_error(number: int | None, path: Path) -> StorageError:
    """Say in one sentence what the error number ``number`` means for ``path``."""
    if number in NO_ROOM:
        return StorageError(
            f"There is no room left on the disk to write {path}.",
            "Free some space and run the same command again: finished work is kept.",
        )
    if number in NOT_ALLOWED:
        return StorageError(
            f"{path} cannot be written: the folder is read-only for you.",
            "Choose another folder or change its permissions.",
        )
    reason = os.strerror(number) if number is not None else "the disk does not answer"
    return StorageError(f"{path} cannot be written: {reason}.", "Check the disk, then run the command again.")


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Translate what the operating system says about ``path``.

    Raises:
        StorageError: for every ``OSError`` of the block.
    """
    try:
        yield
    except OSError as error:
        raise storage_error(error.errno, path) from error


@contextmanager
def full_disk(path: Path) -> Iterator[None]:
    """Translate only a full or write-protected disk; other errors of the block are not about ``path``.

    Raises:
        StorageError: the disk is full or read-only.
    """
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM or error.errno == errno.EROFS:
            raise storage_error(error.errno, path) from error
        raise


def demand_room(folder: Path, size_bytes: int) -> None:
    """Check that the disk of ``folder`` has so many bytes left.

    Raises:
        StorageError: it has not, or it does not answer.
    """
    with disk_errors(folder):
        free = shutil.disk_usage(folder).free
    if free < size_bytes:
        raise StorageError(
            f"The disk of {folder} has {free / 1e6:.0f} MB left, but what is to come may need"
            f" {size_bytes / 1e6:.0f} MB.",
            "Free some space: nothing was sent or paid, and it goes on from here.",
        )


def part_of(path: Path) -> Path:
    """Name a temporary file in the folder of ``path``, so that moving it there is one atomic step."""
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")


def write_atomically(path: Path, data: bytes) -> None:
    """Write ``path`` so that a reader sees the old file or the new one, never a half.

    Raises:
        StorageError: nothing was written, the old file is as it was.
    """
    part = part_of(path)
    with disk_errors(path):
        try:
            _write(part, data)
            part.replace(path)
            sync_folder(path.parent)
        finally:
            part.unlink(missing_ok=True)


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o644)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def move_into_place(source: Path, destination: Path) -> None:
    """Flush ``source`` and move it over ``destination``, which is on the same disk.

    Raises:
        StorageError: ``source`` is still where it was.
    """
    with disk_errors(destination):
        descriptor = os.open(source, os.O_RDWR)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        source.replace(destination)
        sync_folder(destination.parent)


def copy_atomically(source: Path, destination: Path) -> str:
    """Copy ``source`` to ``destination`` and return the copy's SHA-256 in hex.

    Raises:
        StorageError: there is no copy.
    """
    part = part_of(destination)
    digest = hashlib.sha256()
    with disk_errors(destination):
        try:
            with source.open("rb") as reader, part.open("xb") as writer:
                while chunk := reader.read(CHUNK_BYTES):
                    digest.update(chunk)
                    writer.write(chunk)
            move_into_place(part, destination)
        finally:
            part.unlink(missing_ok=True)
    return digest.hexdigest()


def sync_folder(folder: Path) -> None:
    """Make a rename in ``folder`` survive a power cut. Windows has no such call and needs none."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sha256_of(path: Path) -> str:
    """Give the SHA-256 of a file in hex."""
    with path.open("rb") as reader:
        return hashlib.file_digest(reader, "sha256").hexdigest()
