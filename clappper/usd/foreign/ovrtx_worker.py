"""Renders a scene's folder with NVIDIA's ovrtx and ovstage, in the environment that holds them.

It stands alone: data passes through files only. Start it with ``python ovrtx_worker.py FOLDER``. Names follow
ovrtx 0.6 and ovstage 0.3; both are pre-releases whose every minor version has moved something.
"""

from __future__ import annotations

import json
import os
import struct
import sys
import threading
import time
import zlib
from pathlib import Path
from typing import Any

import numpy as np

BEAUTY, SIGNALS = "/Render/Beauty", "/Render/Signals"
WARM_UP_STEPS = 16
CHANNELS = {"product": 0, "logo": 1, "backdrop": 2}
_ENTRY = struct.Struct("<4III")


def say(event: str, **facts: Any) -> None:
    sys.stdout.write(json.dumps({"event": event, **facts}) + "\n")
    sys.stdout.flush()


def end_with_parent() -> None:
    def watch() -> None:
        while os.read(0, 4096):
            pass
        os._exit(143)

    threading.Thread(target=watch, daemon=True).start()


class Rtx:
    """The renderer with one stage. Every frame has an ordinal of its own; time is in seconds."""

    def __init__(self, job: dict[str, Any], log: Path) -> None:
        import ovrtx
        import ovstage

        self._ovrtx, self._ovstage, self._job = ovrtx, ovstage, job
        self.version = getattr(ovrtx, "__version__", "unknown")
        config = ovrtx.RendererConfig(
            log_file_path=str(log), keep_system_alive=True, texture_streaming_mode="synchronous"
        )
        self._renderer = ovrtx.Renderer(config)
        self._stage = ovstage.Stage("clappper")
        self._renderer.attach_ovstage(self._stage)
        ovstage.population.open_usd(self._stage, job["usd"], ordinal=1)
        self._stage.advance_write_floor(1, ovstage.Scope.ALL).wait()

    def go_to(self, index: int, frame: int) -> int:
        """Bring the stage to a frame and give its ordinal."""
        ordinal = 2 + index
        self._ovstage.population.update_from_usd_time(
            self._stage, ordinal=ordinal, time=frame / self._job["fps"]
        )
        self._stage.advance_write_floor(ordinal, self._ovstage.Scope.ALL).wait()
        return ordinal

    def beauty(self, ordinal: int) -> Any:
        """Path-trace: one step converges to the product's own samples."""
        self._renderer.reset()
        return self._read(self._step(BEAUTY, ordinal), BEAUTY, "LdrColor")[..., :3]

    def signals(self, ordinal: int) -> dict[str, Any]:
        """Warm the real-time mode up and read the last of its steps."""
        self._renderer.reset()
        for _ in range(WARM_UP_STEPS):
            product = self._step(SIGNALS, ordinal)
        names = ("DistanceToImagePlaneSD", "SemanticSegmentation", "SemanticIdMap")
        return {name: self._read(product, SIGNALS, name) for name in names}

    def _step(self, product: str, ordinal: int) -> Any:
        made = self._renderer.step(
            render_products={product}, delta_time=1.0 / self._job["fps"], ordinal=ordinal
        )
        return made[product]

    def _read(self, product: Any, path: str, name: str) -> Any:
        with product.frames[0].render_vars[f"{path}/{name}"].map(device=self._ovrtx.Device.CPU) as mapped:
            return np.from_dlpack(mapped).copy()


def semantic_names(table: Any) -> dict[int, str]:
    """Read the id map: 24-byte entries (id, three unused, length, offset), the labels, the entries' count."""
    data = bytes(np.asarray(table, np.uint8))
    (count,) = struct.unpack_from("<I", data, len(data) - 4)
    names = {}
    for index in range(count):
        number, _, _, _, length, offset = _ENTRY.unpack_from(data, index * _ENTRY.size)
        text = data[offset : offset + length].decode("utf-8", "replace").strip("\0")
        names[number] = text.rsplit(":", 1)[-1].strip()
    return names


def masks_of(segments: Any, table: Any) -> Any:
    """Paint labels: product red, logo green, backdrop blue."""
    numbers = np.asarray(segments, np.uint32).reshape(*np.asarray(segments).shape[:2])
    picture = np.zeros((*numbers.shape, 3), np.uint8)
    for number, name in semantic_names(table).items():
        if name in CHANNELS:
            picture[numbers == number, CHANNELS[name]] = 255
    return picture


def write_png(path: Path, rgb: Any) -> None:
    """Write 8-bit RGB without any library: this environment may hold none."""
    height, width, _ = rgb.shape
    rows = b"".join(b"\0" + np.ascontiguousarray(row, np.uint8).tobytes() for row in rgb)

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows, 4))
        + chunk(b"IEND", b"")
    )
    write(path, data)


def write_exr(path: Path, depth: Any) -> None:
    """Write one float channel ``Z``, uncompressed scan lines (OpenEXR 2 file layout)."""
    values = np.ascontiguousarray(np.asarray(depth, np.float32).reshape(np.asarray(depth).shape[:2]))
    height, width = values.shape
    box = struct.pack("<4i", 0, 0, width - 1, height - 1)

    def attribute(name: str, kind: str, body: bytes) -> bytes:
        return f"{name}\0{kind}\0".encode() + struct.pack("<I", len(body)) + body

    head = (
        struct.pack("<II", 20000630, 2)
        + attribute("channels", "chlist", b"Z\0" + struct.pack("<IBxxxII", 2, 0, 1, 1) + b"\0")
        + attribute("compression", "compression", b"\0")
        + attribute("dataWindow", "box2i", box)
        + attribute("displayWindow", "box2i", box)
        + attribute("lineOrder", "lineOrder", b"\0")
        + attribute("pixelAspectRatio", "float", struct.pack("<f", 1.0))
        + attribute("screenWindowCenter", "v2f", struct.pack("<2f", 0.0, 0.0))
        + attribute("screenWindowWidth", "float", struct.pack("<f", 1.0))
        + b"\0"
    )
    first, stride = len(head) + 8 * height, 8 + 4 * width
    table = struct.pack(f"<{height}Q", *(first + stride * row for row in range(height)))
    lines = b"".join(struct.pack("<iI", row, 4 * width) + values[row].tobytes() for row in range(height))
    write(path, head + table + lines)


def write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    part.replace(path)


def render(folder: Path) -> None:
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    rtx = Rtx(job, folder / "ovrtx.log")
    say("ready", backend="ovrtx", version=rtx.version, device="rtx")
    out = folder / job["out_dir"]
    for index, camera in enumerate(job["frames"]):
        began, frame = time.process_time(), camera["frame"]
        picture = folder / "frames" / f"{frame:04d}.png"
        masks, depth = out / "masks" / f"{frame:04d}.png", out / "depth" / f"{frame:04d}.exr"
        wants = {"masks": masks, "depth": depth}
        missing = [name for name, path in wants.items() if name in job["passes"] and not path.exists()]
        is_key = frame in job["keyframes"] and not picture.exists()
        if missing or is_key:
            ordinal = rtx.go_to(index, frame)
            if missing:
                found = rtx.signals(ordinal)
                write_png(masks, masks_of(found["SemanticSegmentation"], found["SemanticIdMap"]))
                write_exr(depth, found["DistanceToImagePlaneSD"])
            if is_key:
                write_png(picture, rtx.beauty(ordinal))
        spent = round(time.process_time() - began, 2)
        say("frame", i=frame, done=index + 1, n=len(job["frames"]), cpu_s=spent)


def explained(error: Exception) -> tuple[int, dict[str, str]]:
    """Turn what the libraries raise into an exit code and one sentence."""
    text = str(error)
    if isinstance(error, ImportError):
        return 4, {"code": "missing", "message": "RTX renderer not installed."}
    if "failed to open USD layer" in text:
        return 3, {
            "code": "usd_unreadable",
            "message": f"USD file can't be read: {text.splitlines()[0][:200]}.",
        }
    if "out of memory" in text.lower() or "OUT_OF_DEVICE_MEMORY" in text:
        return 5, {"code": "vram", "message": "Not enough GPU memory.", "hint": "Try draft quality."}
    if "no suitable" in text.lower() or "no gpu" in text.lower() or "vulkan" in text.lower():
        return 4, {"code": "gpu_missing", "message": "No NVIDIA RTX GPU found."}
    return 5, {
        "code": "render",
        "message": f"The RTX renderer failed: {text.splitlines()[0][:200] if text else error!r}.",
    }


def main() -> int:
    end_with_parent()
    try:
        render(Path(sys.argv[-1]))
    except Exception as error:  # noqa: BLE001 - the outermost step of this process: its parent tells the person
        code, facts = explained(error)
        say("error", **facts)
        return code
    say("done")
    return 0


if __name__ == "__main__":
    sys.exit(main())
