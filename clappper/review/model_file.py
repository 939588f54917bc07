"""A learned model as one file of plain arrays: nothing in it is ever executed, and damage is noticed."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clappper.base.errors import UnusableInputError
from clappper.store.files import write_atomically

FORMAT = 1
HEADER = "header"
Arrays = Mapping[str, NDArray[Any]]


def save_model(path: Path, facts: Mapping[str, Any], arrays: Arrays) -> None:
    """Write ``facts``, plain JSON values, and ``arrays`` in one atomic step.

    Raises:
        StorageError: the disk does not take it.
    """
    header = {"format": FORMAT, "digest": _digest(facts, arrays), "facts": dict(facts)}
    buffer = io.BytesIO()
    stored: dict[str, Any] = {HEADER: np.array(json.dumps(header, sort_keys=True)), **arrays}
    np.savez_compressed(buffer, **stored)
    write_atomically(path, buffer.getvalue())


def load_model(path: Path) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Read what ``save_model`` wrote.

    Raises:
        UnusableInputError: it is missing, damaged, changed, or from a newer program.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        header = json.loads(str(arrays.pop(HEADER)))
        facts = dict(header["facts"])
        intact = header["format"] == FORMAT and header["digest"] == _digest(facts, arrays)
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise _refusal(path) from error
    if not intact:
        raise _refusal(path)
    return facts, arrays


def _refusal(path: Path) -> UnusableInputError:
    return UnusableInputError(
        f"{path} is not a learned model that this program knows, or it was changed.",
        "Delete it: it is learned again from the ratings.",
    )


def _digest(facts: Mapping[str, Any], arrays: Arrays) -> str:
    sum_ = hashlib.sha256(json.dumps(dict(facts), sort_keys=True).encode())
    for name in sorted(arrays):
        array = arrays[name]
        sum_.update(f"{name} {array.dtype.str} {array.shape}".encode())
        sum_.update(np.ascontiguousarray(array).tobytes())
    return sum_.hexdigest()
