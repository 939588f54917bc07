"""A transformer in a folder, in Hugging Face's form: nothing is downloaded, and no code of it runs."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from clappper.base.errors import UnusableInputError
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
        UnusableInputError: the folder holds something else, or not all of the network.
    """
    import transformers

    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(str(folder), **LOCAL)
        network, lacking = _network(getattr(transformers, kind), folder)
    except Exception as error:
        raise UnusableInputError(f"{folder} holds no usable model ({_first_line(error)}).") from error
    if lacking:
        raise UnusableInputError(f"the model in {folder} lacks {lacking[0]} and {len(lacking) - 1} others.")
    return tokenizer, network.eval()


def _network(kind: Any, folder: Path) -> tuple[Any, list[str]]:
    """Load a network; what its file lacks was filled with chance. Nothing here uses the pooler."""
    import torch

    network, told = kind.from_pretrained(
        str(folder), dtype=torch.float64, use_safetensors=True, output_loading_info=True, **LOCAL
    )
    return network, sorted(name for name in told["missing_keys"] if "pooler." not in name)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0].rstrip(".") or type(error).__name__


def name_of(network: Any, folder: Path) -> str:
    """Name a network so that two numbers are compared only where it is the same one."""
    return f"by {network.config.model_type}, weights {digest(folder / WEIGHTS, 'sha256')[:19]}"
