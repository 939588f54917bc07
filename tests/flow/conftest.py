"""A small real brief with its files, for whole journeys."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 100">'
    '<circle cx="50" cy="50" r="34" fill="#2A9D8F"/>'
    '<path d="M110 30h150v14H110zM110 56h110v14H110z" fill="#2A9D8F"/></svg>'
)
BRIEF: dict[str, Any] = {
    "project": {
        "name": "Tide bottle",
        "objective": "conversion",
        "target_audience": "commuters who carry water",
        "platform": "instagram",
        "aspect": "9:16",
        "duration_s": 8,
        "fps": 24,
    },
    "product": {
        "name": "Tide One",
        "key_benefit": "Keeps water cold for a whole day",
        "price_text": "$29",
        "brand_colors": ["#2A9D8F", "#264653"],
        "logo": "logo.svg",
        "style_pack": {"palette_hint": "cool", "visual_style": ["clean", "modern", "cinematic"]},
    },
    "cta": {"headline": "Carry the tide", "button_text": "Shop now", "url": "https://tide.example.com"},
    "audio": {"mode": "music", "music_bpm": 120},
    "assets": {"product_images": ["product.png"]},
    "scenes": [
        {
            "id": "s1",
            "start_s": 0,
            "end_s": 5,
            "type": "packshot",
            "intent": "Slow dolly-in on the steel bottle on wet slate, soft top light, cold mist",
            "subject": "a brushed steel water bottle",
            "action": "mist drifts around the bottle while drops run down its side",
            "setting": "a studio with wet slate and a plain teal backdrop",
            "lighting": "soft top light with a cool rim",
            "style": "clean commercial macro photography",
            "camera": {"move": "dolly_in", "focal_length_mm": 50},
            "overlays": {"show_logo": True},
            "beats": [
                {"start": 0, "end": 2.5, "action": "mist drifts in front of the bottle"},
                {"start": 2.5, "end": 5, "action": "the light sweeps across the steel"},
            ],
        },
        {
            "id": "s2",
            "start_s": 5,
            "end_s": 8,
            "type": "endcard",
            "intent": "The bottle stands centred on teal, logo above, button in the lower third",
            "subject": "a brushed steel water bottle",
            "action": "the bottle stands still while light glides over it",
            "setting": "a plain teal studio backdrop",
            "lighting": "soft even light",
            "style": "clean and minimal",
            "camera": {"move": "static", "focal_length_mm": 50},
            "overlays": {"show_logo": True, "show_price": True},
        },
    ],
}


def bottle() -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Paint a bottle on white: plain background, clear shape."""
    picture = np.full((800, 600, 3), 250, np.uint8)
    cv2.rectangle(picture, (230, 220), (370, 690), (150, 140, 60), -1)
    cv2.ellipse(picture, (300, 220), (70, 60), 0, 180, 360, (150, 140, 60), -1)
    cv2.rectangle(picture, (270, 110), (330, 180), (70, 60, 40), -1)
    cv2.rectangle(picture, (250, 250), (275, 670), (210, 205, 150), -1)
    return picture


@pytest.fixture
def ad(tmp_path: Path) -> Callable[..., Path]:
    """Write a brief and its files; ``ad(change)`` lets a function change the brief's data first."""

    def write(change: Callable[[dict[str, Any]], None] = lambda _: None) -> Path:
        data = deepcopy(BRIEF)
        change(data)
        folder = tmp_path / "brief"
        folder.mkdir(exist_ok=True)
        (folder / "logo.svg").write_text(LOGO)
        cv2.imwrite(str(folder / "product.png"), bottle())
        (folder / "brief.json").write_text(json.dumps(data))
        return folder / "brief.json"

    return write
