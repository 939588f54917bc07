from typing import Any

import pytest

from clappper.base.units import FrameRate
from clappper.brief.direction import (
    camera_move,
    energy_of,
    negative,
    prompt,
    scene_energy,
    shot_size,
    transition,
)
from clappper.brief.schema import AdBrief, Scene, SceneType, load_brief
from clappper.brief.storyboard import Energy, PlannedTransition, ShotSize


def scene_of(intent: str = "City evening", kind: SceneType = "lifestyle", **fields: Any) -> Scene:
    return Scene(id="s1", start_s=0, end_s=8, type=kind, intent=intent, **fields)


def brief_of(scene: Scene, **changes: Any) -> AdBrief:
    data: dict[str, Any] = {
        "project": {"name": "Auric", "target_audience": "buyers", "aspect": "9:16", "duration_s": 8},
        "product": {"name": "Auric S", "key_benefit": "Precise", "brand_colors": ["#D4AF37"]},
        "cta": {"headline": "Own it"},
        "scenes": [scene.model_dump(exclude_none=True)],
    }
    for name, value in changes.items():
        data[name] = {**data.get(name, {}), **value}
    return load_brief(data)


@pytest.mark.parametrize(
    ("intent", "energy"),
    [
        ("Extreme sport, fast quick cuts", Energy.DRIVING),
        ("Slow, elegant and serene", Energy.CALM),
        ("A mug on a table", Energy.STEADY),
        ("No fast cuts, no rush", Energy.STEADY),
    ],
)
def test_words_set_the_energy(intent: str, energy: Energy) -> None:
    assert energy_of(brief_of(scene_of(intent))) is energy


def test_tempo_and_platform_drive_too() -> None:
    brief = brief_of(scene_of(), project={"platform": "tiktok"})
    assert energy_of(brief) is Energy.STEADY
    assert energy_of(brief, beats=range(0, 240, 14)) is Energy.DRIVING
    assert energy_of(brief_of(scene_of(), audio={"music_bpm": 70})) is Energy.CALM
    style = {"style_pack": {"visual_style": ["luxury", "minimalist"]}}
    assert energy_of(brief_of(scene_of(), product=style, audio={"music_bpm": 120})) is Energy.STEADY


def test_a_driving_scene_lifts_a_calm_ad_one_step() -> None:
    driving = scene_of("Energetic cuts")
    assert scene_energy(driving, Energy.CALM) is Energy.STEADY
    assert scene_energy(driving, Energy.STEADY) is Energy.DRIVING
    assert scene_energy(scene_of(), Energy.CALM) is Energy.CALM


@pytest.mark.parametrize(
    ("intent", "size"),
    [
        ("Macro of the crown", ShotSize.CU),
        ("Establishing shot of the harbour", ShotSize.WIDE),
        ("Waist up portrait", ShotSize.MCU),
    ],
)
def test_asked_sizes_are_given(intent: str, size: ShotSize) -> None:
    assert shot_size(scene_of(intent), size) is size


def test_other_sizes_never_repeat_the_one_before() -> None:
    for previous in ShotSize:
        for part in range(4):
            assert shot_size(scene_of(), previous, part=part) is not previous


@pytest.mark.parametrize(
    ("intent", "move"),
    [
        ("Camera slowly pushes in on it", "dolly_in"),
        ("The bottle spins in the light", "orbit"),
        ("Crane up over roofs", "tilt"),
        ("No panning, locked off", "static"),
        ("A mug on a table", "pan"),
    ],
)
def test_moves_are_heard_in_the_words(intent: str, move: str) -> None:
    assert camera_move(scene_of(intent)) == move


def test_the_brief_s_camera_comes_first_and_parts_take_turns() -> None:
    scene = scene_of("Camera pushes in", "montage", camera={"move": "tilt"})
    assert camera_move(scene) == "tilt"
    assert camera_move(scene, part=1) != "tilt"
    still = scene_of("Camera pushes in", "montage", camera={"move": "static"})
    assert camera_move(still, part=1) == "static"
    free = scene_of("Details of it", "montage")
    assert len({camera_move(free, part=part) for part in range(5)}) == 5


@pytest.mark.parametrize(
    ("before", "after", "energy", "kind"),
    [
        ("packshot", "lifestyle", Energy.CALM, "dissolve"),
        ("packshot", "lifestyle", Energy.DRIVING, "wipe"),
        ("lifestyle", "montage", Energy.STEADY, "whip"),
        ("lifestyle", "montage", Energy.CALM, None),
        ("montage", "endcard", Energy.DRIVING, "push"),
        ("lifestyle", "endcard", Energy.DRIVING, "dip"),
        ("montage", "packshot", Energy.STEADY, None),
        ("lifestyle", "lifestyle", Energy.STEADY, None),
        ("lifestyle", "lifestyle", Energy.CALM, "dissolve"),
    ],
)
def test_transitions_suit_the_scenes(
    before: SceneType, after: SceneType, energy: Energy, kind: str | None
) -> None:
    chosen = transition(before, after, energy, 90, FrameRate(30))
    assert (chosen.kind if chosen else None) == kind


def test_short_shots_have_short_transitions_or_none() -> None:
    def dissolve(room: int) -> PlannedTransition | None:
        return transition("packshot", "lifestyle", Energy.CALM, room, FrameRate(30))

    assert dissolve(90) == PlannedTransition("dissolve", 16)
    assert dissolve(19) == PlannedTransition("dissolve", 8)
    assert dissolve(7) is None


def test_a_prompt_says_each_thing_once_and_no_lettering() -> None:
    scene = scene_of("Watch on stone, logo top right, price below", "packshot", lighting="soft light.")
    style = {"style_pack": {"palette_hint": "warm", "visual_style": ["luxury", "luxury"]}}
    words = prompt(brief_of(scene, product=style), scene, ShotSize.CU, "orbit")
    assert words == (
        "close-up, orbiting camera. Watch on stone. product: Auric S. soft light. luxury. warm palette"
    )
    only_letters = scene_of("Logo and price")
    assert "Logo and price" in prompt(brief_of(only_letters), only_letters, ShotSize.CU, "static")


def test_what_the_brief_rejects_is_kept_out() -> None:
    scene = scene_of(t2v_negative="blurry", negatives=["smoke"])
    brief = brief_of(scene, safety={"banned_terms": ["cure"], "allow_faces": True})
    assert negative(brief, scene) == "blurry, smoke, cure, text, letters, watermark, subtitles"
    assert negative(brief_of(scene), scene).endswith("faces")
