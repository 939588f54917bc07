"""The files that go with a request, found again in a project that lies elsewhere than when it was asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from clappper.providers.contract import GenRequest, InputFile
from clappper.store.files import StorageError, sha256_of


def at_home(request: GenRequest, root: Path) -> GenRequest:
    """Point to a request's files where they lie in the project folder ``root`` now.

    A project is moved, copied, or opened on another machine. A file that is where it was, or that the
    project does not have with the same content, is left as it is.
    """
    files = tuple(_at_home(file, root) for file in request.files)
    return request if files == request.files else replace(request, files=files)


def _at_home(file: InputFile, root: Path) -> InputFile:
    path = Path(file.path)
    if path.is_file():
        return file
    parts = path.parts[1:] if path.is_absolute() else path.parts
    for start in range(len(parts)):
        found = root.joinpath(*parts[start:])
        if ".." not in parts[start:] and _is_same(found, file.sha256):
            return replace(file, path=str(found))
    return file


def _is_same(path: Path, sha256: str) -> bool:
    try:
        return path.is_file() and sha256_of(path) == sha256
    except (OSError, StorageError):
        return False
