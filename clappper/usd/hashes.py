"""What a stage is made of: its layers and textures, and their hashes.

Only worker processes load this module.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from pxr import UsdUtils


def layers_and_files(root: Path) -> list[Path]:
    """List every layer and texture that a stage uses."""
    layers, assets, _ = UsdUtils.ComputeAllDependencies(str(root))
    paths = [Path(layer.realPath) for layer in layers if layer.realPath] + [Path(asset) for asset in assets]
    return sorted({path for path in paths if path.is_file()})


def file_hashes(root: Path) -> dict[str, str]:
    """Give the SHA-256 of every file that a stage uses, by its path."""
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in layers_and_files(root)}


def stage_hash(root: Path) -> str:
    """Give one hash of everything that a stage uses; where the files lie does not matter."""
    digest = hashlib.sha256()
    for path, found in sorted(file_hashes(root).items(), key=lambda one: (Path(one[0]).name, one[1])):
        digest.update(f"{Path(path).name}:{found}\n".encode())
    return digest.hexdigest()
