"""What goes over the wire is, to the letter, what the services' official clients send for the same wish."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from clappper.providers.contract import GenRequest, Kind
from tests.contract.services import SERVICES, rig_of

GOLDEN: dict[str, tuple[GenRequest, str, dict[str, Any]]] = {
    "replicate": (
        GenRequest("k", Kind.TEXT_TO_VIDEO, "replicate", "kwaivgi/kling-v3-video", "x", 5.0),
        "POST /v1/models/kwaivgi/kling-v3-video/predictions",
        {"input": {"prompt": "x", "duration": 5, "aspect_ratio": "16:9", "generate_audio": False}},
    ),
    "runway": (
        GenRequest("k", Kind.TEXT_TO_VIDEO, "runway", "gen4.5", "a can", 5.0, seed=7),
        "POST /v1/text_to_video",
        {"duration": 5, "model": "gen4.5", "promptText": "a can", "ratio": "1280:720", "seed": 7},
    ),
    "fal": (
        GenRequest("k", Kind.TEXT_TO_VIDEO, "fal", "pika-2.2", "x", 5.0, seed=7),
        "POST /fal-ai/pika/v2.2/text-to-video",
        {"prompt": "x", "aspect_ratio": "16:9", "resolution": "720p", "duration": 5, "seed": 7},
    ),
    "luma": (
        GenRequest("k", Kind.TEXT_TO_VIDEO, "luma", "ray-3.2", "x", 5.0),
        "POST /v1/generations",
        {
            "prompt": "x",
            "aspect_ratio": "16:9",
            "model": "ray-3.2",
            "type": "video",
            "video": {"duration": "5s", "resolution": "720p"},
        },
    ),
    "luma_dream_machine": (
        GenRequest("k", Kind.TEXT_TO_VIDEO, "luma_dream_machine", "ray-2", "x", 5.0, loop=True),
        "POST /dream-machine/v1/generations/video",
        {
            "model": "ray-2",
            "prompt": "x",
            "aspect_ratio": "16:9",
            "duration": "5s",
            "resolution": "720p",
            "loop": True,
        },
    ),
}


@pytest.mark.parametrize("service", GOLDEN)
async def test_a_create_is_as_the_official_client_sends_it(service: str, tmp_path: Path) -> None:
    request, line, body = GOLDEN[service]
    sized = dataclasses.replace(request, aspect="16:9", width=1280, height=720, fps=24.0)
    async with rig_of(SERVICES[service], tmp_path) as rig:
        await rig.provider.submit(sized)
        assert rig.sim.ledger == [line]
        assert rig.sim.bodies == [body]
