"""What can be wrong with a clip, by name: each tag has a key, and tells what to change."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tag:
    """``lint`` are the codes of findings that foresee it; ``metrics`` the numbers that show it."""

    code: str
    text: str
    key: str
    advice: str
    lint: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()


TAGS: tuple[Tag, ...] = (
    Tag(
        "off_prompt",
        "Off prompt",
        "6",
        "Say subject, action and setting outright.",
        ("subject_missing", "action_missing", "setting_missing"),
        ("clipscore_mean",),
    ),
    Tag(
        "low_motion",
        "Low motion",
        "7",
        "Say what happens first and what then, and let the camera move.",
        ("action_missing", "clip_without_beats"),
        ("dynamic_degree", "speed"),
    ),
    Tag(
        "identity_drift",
        "Identity drift",
        "8",
        "Give pictures of the product; keep one subject in the shot.",
        ("pictures_missing",),
        ("deep_consistency",),
    ),
    Tag(
        "flicker",
        "Flicker",
        "9",
        "Ask for steady light and a camera on a tripod.",
        ("contradiction_*",),
        ("temporal_flicker", "relative_jitter"),
    ),
    Tag(
        "artifacts",
        "Artifacts",
        "0",
        "Ask for less at once, and rule out deformed shapes.",
        ("vague_word",),
        ("relative_jitter", "occluded"),
    ),
    Tag("unsafe", "Unsafe", "Z", "Take out what filters and people object to.", ("unsafe_*", "refusal_risk")),
    Tag(
        "poor_aesthetic",
        "Poor aesthetic",
        "A",
        "Say how it is lit, framed and in which style.",
        ("lighting_missing", "style_missing", "shot_size_missing"),
        ("aesthetic_mean", "sharpness"),
    ),
    Tag(
        "timing_off",
        "Timing off",
        "T",
        "Give the scene beats with times.",
        ("clip_without_beats", "beat_beyond_scene"),
        ("duplicate_frames",),
    ),
    Tag("bad_text", "Garbled text", "G", "Leave writing to titles: rule out text in the shot.", (), ()),
    Tag("wrong_camera", "Wrong camera", "C", "Set the camera's move.", ("camera_missing",), ("speed",)),
    Tag("hands_faces", "Hands or faces", "F", "Show the product alone.", ("faces_not_allowed",), ()),
    Tag(
        "off_brand",
        "Off brand",
        "O",
        "Name the palette; give pictures of the product.",
        ("style_open",),
        (),
    ),
)
BY_CODE = {tag.code: tag for tag in TAGS}
