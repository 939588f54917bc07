"""A transformer in a folder, in Hugging Face's form: nothing is downloaded, and no code of it runs."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from clappper.media.models import digest

NEEDED = ("torch", "transformers")
WEIGHTS = "model.safetensors"
FILES = ("config.json", WEIGHTS, "tokenizer.json")
LOCAL = {"local_files_only": True}


def missing(folder: Path, how: str) -> str:
    """Say what has to be installed or brought; nothing where all is here."""
    packages = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if packages:
        return f"{' and '.join(packages)} must be installed, and a model be in {folder}; {how}."
    absent = [name for name in FILES if not (folder / name).is_file()]
    return f"{', '.join(absent)} must be in {folder}; {how}." if absent else ""


def load(kind: str, folder: Path) -> tuple[Any, Any]:
    """Give the tokenizer and the network, whose class in transformers is ``kind``.

    It computes in double precision on the CPU, so that another machine's sums differ only beyond the
    digits that are kept.

    Raises:
        OSError, ValueError, KeyError: the folder holds something else.
    """
    import torch
    import transformers

    transformers.utils.logging.disable_progress_bar()
    tokenizer = transformers.AutoTokenizer.from_pretrained(str(folder), **LOCAL)
    network = getattr(transformers, kind).from_pretrained(
        str(folder), dtype=torch.float64, use_safetensors=True, **LOCAL
    )
    return tokenizer, network.eval()


def name_of(network: Any, folder: Path) -> str:
    """Name a network so that two numbers are compared only where it is the same one."""
    return f"by {network.config.model_type}, weights {digest(folder / WEIGHTS, 'sha256')[:19]}"
