"""The Kit script against a double of Replicator; Kit itself is not to be had here."""

import json
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from clappper.usd.exr import read_channel
from clappper.usd.foreign import kit_script, ovrtx_worker


class Kit:
    """Replicator as documented: annotators answer only when attached, the clock counts seconds."""

    def __init__(self, *, opens: bool = True) -> None:
        self.times: list[float] = []
        self._opens = opens

    async def open_stage_async(self, url: str) -> tuple[bool, str]:
        return self._opens, "" if self._opens else f"no such file {url}"

    async def next_update_async(self) -> None:
        return None

    async def step_async(self, *, rt_subframes: int, delta_time: float, pause_timeline: bool) -> None:
        assert (rt_subframes, delta_time, pause_timeline) == (-1, 0.0, True)

    def annotator(self, name: str, init_params: dict[str, Any] | None = None) -> Any:
        attached: list[Any] = []
        answers = {
            "rgb": np.full((4, 6, 4), 50, np.uint8),
            "distance_to_image_plane": np.full((4, 6), 2.5, np.float32),
            "semantic_segmentation": {
                "data": np.full((4, 6), 3, np.uint32),
                "info": {"idToLabels": {"3": {"class": "product"}}},
            },
        }
        if name == "semantic_segmentation":
            assert init_params == {"colorize": False, "semanticTypes": ["class"]}

        def answer() -> Any:
            assert attached, "an annotator is attached before it answers"
            return answers[name]

        return SimpleNamespace(attach=attached.extend, get_data=answer)

    def modules(self) -> dict[str, Any]:
        names = ["omni", "omni.kit", "omni.kit.app", "omni.usd", "omni.replicator"]
        names += ["omni.replicator.core", "omni.timeline"]
        made: dict[str, Any] = {name: ModuleType(name) for name in names}
        made["omni.kit.app"].get_app = lambda: self
        made["omni.usd"].get_context = lambda: self
        clock = SimpleNamespace(set_current_time=self.times.append)
        made["omni.timeline"].get_timeline_interface = lambda: clock
        core = made["omni.replicator.core"]
        core.settings = SimpleNamespace(set_render_pathtraced=lambda samples_per_pixel: samples_per_pixel)
        core.create = SimpleNamespace(render_product=lambda camera, size: (camera, size))
        core.AnnotatorRegistry = SimpleNamespace(get_annotator=self.annotator)
        core.orchestrator = SimpleNamespace(step_async=self.step_async)
        for name, module in made.items():
            parent, _, child = name.rpartition(".")
            if parent:
                setattr(made[parent], child, module)
        return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    job = {
        "usd": "/scene/root.usda",
        "camera_path": "/World/Cam",
        "width": 6,
        "height": 4,
        "spp": 8,
        "fps": 25.0,
        "out_dir": "signals",
        "keyframes": [0, 1],
        "frames": [{"frame": 0}, {"frame": 1}],
    }
    (tmp_path / "job.json").write_text(json.dumps(job))
    return tmp_path


def _installed(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, module in kit.modules().items():
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setitem(sys.modules, "ovrtx_worker", ovrtx_worker)


async def test_every_frame_has_its_picture_and_signals(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kit = Kit()
    _installed(kit, monkeypatch)
    assert await kit_script.work(folder) == 0
    assert kit.times == [0.0, 0.04]
    assert np.asarray(Image.open(folder / "frames/0001.png"))[0, 0].tolist() == [50, 50, 50]
    assert np.asarray(Image.open(folder / "signals/masks/0001.png"))[0, 0].tolist() == [255, 0, 0]
    assert float(read_channel(folder / "signals/depth/0001.exr")[0, 0]) == 2.5


async def test_a_stage_that_does_not_open_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _installed(Kit(opens=False), monkeypatch)
    assert await kit_script.work(folder) == 5
    assert "failed to open USD layer" in json.loads(capsys.readouterr().out.splitlines()[-1])["message"]
