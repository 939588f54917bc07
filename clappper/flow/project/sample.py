"""The sample project that ships: a finished ad to look around in, unpacked into the user's projects."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

from clappper.base.paths import resource
from clappper.store.files import disk_errors
from clappper.store.project import DATABASE
from clappper.store.relocate import settle

NAME = "sample-kilnmoor-daybreak.clappper"


def unpack_sample(projects: Path) -> Path:
    """Give the sample's folder in ``projects``; it is unpacked the first time, whole or not at all.

    Raises:
        StorageError: it cannot be written.
    """
    folder = projects / NAME
    if (folder / DATABASE).is_file():
        return folder
    part = projects / f".{NAME}.part"
    with disk_errors(projects):
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        with zipfile.ZipFile(resource("sample.zip")) as archive:
            archive.extractall(part)
        settle(part / DATABASE, folder)
        shutil.rmtree(folder, ignore_errors=True)
        part.replace(folder)
    return folder
