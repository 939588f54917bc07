"""What people call the things that generate."""

from __future__ import annotations

NAMES = {
    "comfyui": "ComfyUI",
    "cosmos": "NVIDIA Cosmos",
    "cosmos_hosted": "NVIDIA Cosmos, hosted",
    "diffusers": "Diffusers",
    "fal": "fal",
    "frames": "Frames here",
    "llm": "Language model",
    "luma": "Luma Agents",
    "luma_dream_machine": "Luma Dream Machine",
    "motion": "Motion graphics",
    "music": "Composer",
    "replicate": "Replicate",
    "runway": "Runway",
    "speech": "Speech",
    "usd_scene": "3D scene",
}
EMBEDDED = frozenset({"frames", "motion", "music", "speech", "usd_scene"})
"""Those that have one model only, which needs no name of its own."""


def maker_name(provider: str, model: str = "") -> str:
    """Name a provider, with its model where it has several."""
    name = NAMES.get(provider, provider)
    return f"{name} {model}".strip() if provider not in EMBEDDED else name
