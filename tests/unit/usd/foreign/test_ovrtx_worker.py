"""The RTX worker against a double that refuses what the documented interface refuses."""

from __future__ import annotations

import json
import struct
import sys
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from clappper.usd.foreign import ovrtx_worker

SIZE = (6, 4)


class Double:
    """ovrtx and ovstage as documented for 0.6 and 0.3. ``events`` is what was asked, in order."""

    def __init__(self, fault: str = "") -> None:
        self.events: list[tuple[Any, ...]] = []
        self._fault = fault
        self._floor = 0
        self._attached: Any = None
        self.ovstage = SimpleNamespace(
            Stage=self._stage,
            Scope=SimpleNamespace(ALL="all"),
            population=SimpleNamespace(open_usd=self._open, update_from_usd_time=self._update),
        )
        self.ovrtx = SimpleNamespace(
            Renderer=self._renderer,
            RendererConfig=SimpleNamespace,
            Device=SimpleNamespace(CPU="cpu"),
            __version__="0.6.0",
        )

    def _stage(self, name: str) -> Any:
        def advance(ordinal: int, scope: str) -> Any:
            assert scope == "all"
            assert ordinal > self._floor, "the write floor only rises"
            self._floor = ordinal
            return SimpleNamespace(wait=lambda: self.events.append(("floor", ordinal)))

        return SimpleNamespace(name=name, advance_write_floor=advance)

    def _open(self, stage: Any, path: str, *, ordinal: int) -> None:
        if self._fault == "usd":
            raise RuntimeError(f"OP_FAILED: failed to open USD layer: {path}")
        assert stage is self._attached, "the stage is attached before it is filled"
        assert ordinal > self._floor
        self.events.append(("open", path))

    def _update(self, stage: Any, *, ordinal: int, time: float) -> None:
        assert stage is self._attached
        assert ordinal > self._floor, "below the write floor"
        self.events.append(("time", round(time, 4)))

    def _renderer(self, config: Any) -> Any:
        assert config.keep_system_alive
        if self._fault == "gpu":
            raise RuntimeError("no suitable Vulkan device")

        def attach(stage: Any) -> None:
            self._attached = stage

        return SimpleNamespace(attach_ovstage=attach, reset=self._reset, step=self._step)

    def _reset(self) -> None:
        self.events.append(("reset",))

    def _step(self, *, render_products: set[str], delta_time: float, ordinal: int) -> dict[str, Any]:
        assert delta_time > 0
        assert ordinal <= self._floor, "a step reads only what is below the write floor"
        if self._fault == "memory":
            raise RuntimeError("VK_ERROR_OUT_OF_DEVICE_MEMORY")
        (path,) = render_products
        self.events.append(("step", path))
        height, width = SIZE
        names = {
            f"{path}/LdrColor": np.full((height, width, 4), 99, np.uint8),
            f"{path}/DistanceToImagePlaneSD": np.full((height, width, 1), 1.5, np.float32),
            f"{path}/SemanticSegmentation": np.full((height, width, 1), 7, np.uint32),
            f"{path}/SemanticIdMap": _id_map({7: "class: logo"}),
        }
        return {path: SimpleNamespace(frames=[SimpleNamespace(render_vars=_Variables(names))])}


class _Variables(dict[str, Any]):
    """Render variables are found by their whole prim path only, and mapped to a named device."""

    def __getitem__(self, path: str) -> Any:
        values = super().__getitem__(path)

        @contextmanager
        def mapped(*, device: str) -> Any:
            assert device == "cpu"
            yield values

        return SimpleNamespace(map=mapped)


def _id_map(names: dict[int, str]) -> Any:
    entries, labels = b"", b""
    start = 24 * len(names)
    for number, name in names.items():
        entries += struct.pack("<4III", number, 0, 0, 0, len(name), start + len(labels))
        labels += name.encode()
    return np.frombuffer(entries + labels + struct.pack("<I", len(names)), np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    job = {
        "usd": "/scene/root.usda",
        "fps": 25.0,
        "out_dir": "signals",
        "passes": ["masks", "depth"],
        "keyframes": [0, 1],
        "frames": [{"frame": 0}, {"frame": 1}],
    }
    (tmp_path / "job.json").write_text(json.dumps(job))
    return tmp_path


def _with(double: Double, monkeypatch: pytest.MonkeyPatch) -> Double:
    monkeypatch.setitem(sys.modules, "ovrtx", double.ovrtx)
    monkeypatch.setitem(sys.modules, "ovstage", double.ovstage)
    monkeypatch.setattr(ovrtx_worker, "end_with_parent", lambda: None)
    return double


def test_frames_follow_the_documented_order(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    double = _with(Double(), monkeypatch)
    ovrtx_worker.render(folder)
    assert double.events[:2] == [("open", "/scene/root.usda"), ("floor", 1)]
    assert [event[1] for event in double.events if event[0] == "time"] == [0.0, 0.04]
    assert sum(event == ("step", "/Render/Signals") for event in double.events) == 32
    assert sum(event == ("step", "/Render/Beauty") for event in double.events) == 2
    assert [json.loads(line)["event"] for line in capsys.readouterr().out.splitlines()] == [
        "ready",
        "frame",
        "frame",
    ]
    assert np.asarray(Image.open(folder / "frames/0001.png")).tolist()[0][0] == [99, 99, 99]
    assert np.asarray(Image.open(folder / "signals/masks/0000.png"))[0, 0].tolist() == [0, 255, 0]


def test_finished_files_are_not_made_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _with(Double(), monkeypatch)
    ovrtx_worker.render(folder)
    again = _with(Double(), monkeypatch)
    ovrtx_worker.render(folder)
    assert not [event for event in again.events if event[0] == "step"]


@pytest.mark.parametrize(
    ("fault", "code", "says"),
    [
        ("usd", 3, "USD file can't be read"),
        ("gpu", 4, "No NVIDIA RTX GPU"),
        ("memory", 5, "Not enough GPU memory"),
    ],
)
def test_each_failure_is_one_sentence(
    fault: str,
    code: int,
    says: str,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    _with(Double(fault), monkeypatch)
    monkeypatch.setattr(sys, "argv", ["worker", str(folder)])
    assert ovrtx_worker.main() == code
    assert says in json.loads(capsys.readouterr().out.splitlines()[-1])["message"]


def test_without_the_libraries_it_says_so() -> None:
    code, facts = ovrtx_worker.explained(ModuleNotFoundError("No module named 'ovrtx'"))
    assert (code, facts["message"]) == (4, "RTX renderer not installed.")


def test_the_depth_file_is_read_by_others(tmp_path: Path) -> None:
    mi = pytest.importorskip("mitsuba", reason="Mitsuba is not installed: pip install clappper[render]")
    depth = np.arange(24, dtype=np.float32).reshape(4, 6)
    ovrtx_worker.write_exr(tmp_path / "z.exr", depth)
    mi.set_variant("scalar_rgb")
    read = mi.Bitmap(str(tmp_path / "z.exr"))
    assert np.array_equal(np.array(read).reshape(4, 6), depth)
