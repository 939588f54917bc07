import json
import math
from typing import Any

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from clappper.brief.schema import AdBrief, BriefError, load_brief, to_dict


def mistakes(data: Any) -> list[str]:
    with pytest.raises(BriefError) as raised:
        load_brief(data)
    return raised.value.message.split("\n")


def changed(data: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place: Any = data
    for part in parents:
        place = place[part] if isinstance(part, int) else place.setdefault(part, {})
    place[last] = value
    return data


def test_defaults(minimal: dict[str, Any]) -> None:
    brief = load_brief(minimal)
    assert brief.project.objective == "awareness"
    assert brief.project.platform == "instagram"
    assert brief.project.fps == 30
    assert brief.product.brand_colors == ("#00AAFF",)
    assert brief.cta.button_text == "Shop Now"
    assert brief.audio.mode == "music"
    assert brief.scenes[0].camera is None
    assert brief.scenes[0].provider_hint == "auto"
    assert not brief.scenes[0].overlays.show_logo
    assert not brief.safety.allow_faces
    assert brief.compute.budget_usd_max == 5
    assert brief.scenes[0].seconds == 8


def test_the_reference_brief_loads(auric: dict[str, Any]) -> None:
    brief = load_brief(auric)
    assert brief.scenes[1].structure_controls.use_seg
    assert brief.scenes[3].overlays.text_blocks[0].position == "safe-lower-third"
    assert brief.compute.ip_frame_mode == "keyframes_plus_fill"


def test_written_and_read_again(auric: dict[str, Any]) -> None:
    brief = load_brief(auric)
    plain = to_dict(brief)
    assert load_brief(json.loads(json.dumps(plain))) == brief
    assert tomli_w.dumps(plain)


def test_a_brief_is_a_value(minimal: dict[str, Any]) -> None:
    assert hash(load_brief(minimal)) == hash(load_brief(minimal))


def test_null_counts_as_not_given(minimal: dict[str, Any]) -> None:
    changed(minimal, "product.price_text", None)
    changed(minimal, "scenes.0.overlays", None)
    changed(minimal, "audio", None)
    assert load_brief(minimal).audio.mode == "music"


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (
            "project.duration_s",
            5,
            "project.duration_s must be a whole number of seconds from 8 to 60, not 5.",
        ),
        (
            "project.duration_s",
            "15",
            "project.duration_s must be a whole number of seconds from 8 to 60, not '15'.",
        ),
        (
            "project.duration_s",
            15.5,
            "project.duration_s must be a whole number of seconds from 8 to 60, not 15.5.",
        ),
        ("project.fps", True, "project.fps must be a whole number from 24 to 30, not true."),
        ("project.aspect", "4:3", "project.aspect must be one of 9:16, 16:9, 1:1, not '4:3'."),
        ("project.name", "A", "project.name must be a text of 2 to 200 characters, not 'A'."),
        (
            "product.brand_colors",
            [],
            (
                "product.brand_colors must be a list of at least one hex colour such as #D4AF37, "
                "not an empty list."
            ),
        ),
        (
            "product.brand_colors",
            ["red"],
            "product.brand_colors[0] must be a hex colour such as #D4AF37, not 'red'.",
        ),
        ("product.no_logo", "yes", "product.no_logo must be true or false, not 'yes'."),
        (
            "product.style_pack",
            3,
            (
                "product.style_pack must be a table with palette_hint, grade_lut, font_family, visual_style, "
                "negative_style, not 3."
            ),
        ),
        (
            "product.style_pack.visual_style",
            "luxury",
            (
                "product.style_pack.visual_style must be a list, each item a text of 1 to 4000 characters, "
                "not 'luxury'."
            ),
        ),
        (
            "audio.music_bpm",
            300,
            "audio.music_bpm must be a number of beats a minute from 60 to 180, not 300.",
        ),
        (
            "audio.beat_markers",
            [1, -2],
            "audio.beat_markers[1] must be a number of seconds, 0 or more, not -2.",
        ),
        ("audio.mode", "silence", "audio.mode must be one of music, voiceover, both, not 'silence'."),
        ("scenes", [], "scenes must be a list of 1 to 300 scenes, not an empty list."),
        ("scenes", {"id": "s1"}, "scenes must be a list of 1 to 300 scenes, not a table."),
        ("scenes.0.start_s", -1, "scenes[0].start_s must be a number of seconds, 0 or more, not -1."),
        ("scenes.0.start_s", math.nan, "scenes[0].start_s must be a number of seconds, 0 or more, not nan."),
        ("scenes.0.end_s", math.inf, "scenes[0].end_s must be a number of seconds above 0, not inf."),
        (
            "scenes.0.camera.focal_length_mm",
            100,
            "scenes[0].camera.focal_length_mm must be a number of millimetres from 18 to 85, not 100.",
        ),
        (
            "scenes.0.camera.move",
            "zoom",
            "scenes[0].camera.move must be one of static, dolly_in, dolly_out, pan, tilt, orbit, not 'zoom'.",
        ),
        (
            "scenes.0.id",
            "../x",
            (
                "scenes[0].id must be 1 to 64 letters, digits, '.', '_' or '-', "
                "beginning with a letter or digit, not '../x'."
            ),
        ),
        (
            "scenes.0.beats",
            [{"start": 2, "end": 1, "action": "turn"}],
            "scenes[0].beats[0] must end after it starts, not run from 2 to 1 s.",
        ),
        (
            "cta.headline",
            "See\x00 Further",
            "cta.headline must be without control characters, such as the one at place 4.",
        ),
        (
            "compute.budget_usd_max",
            0,
            "compute.budget_usd_max must be a number of US dollars from 1 to 50, not 0.",
        ),
        ("product.nmae", "x", "product.nmae is not a known key; did you mean name?"),
        ("product.colour", "x", "product.colour is not a known key; did you mean brand_colors?"),
        (
            "scenes.0.camera.zzqq",
            1,
            "scenes[0].camera.zzqq is not a known key; known here: move, focal_length_mm.",
        ),
        ("prodcut", {}, "prodcut is not a known key; did you mean product?"),
    ],
)
def test_one_clear_sentence(minimal: dict[str, Any], path: str, value: Any, sentence: str) -> None:
    assert mistakes(changed(minimal, path, value)) == [sentence]


@pytest.mark.parametrize(
    ("section", "key"),
    [
        ("project", "aspect"),
        ("project", "duration_s"),
        ("product", "name"),
        ("product", "brand_colors"),
        ("cta", "headline"),
    ],
)
def test_missing_fields_are_named(minimal: dict[str, Any], section: str, key: str) -> None:
    del minimal[section][key]
    (sentence,) = mistakes(minimal)
    assert sentence.startswith(f"{section}.{key} is missing; it must be ")


def test_all_mistakes_come_together(minimal: dict[str, Any]) -> None:
    changed(minimal, "project.fps", 60)
    changed(minimal, "cta.headlnie", "Hey")
    changed(minimal, "scenes.0.type", "intro")
    minimal["product"].pop("name")
    found = mistakes(minimal)
    assert [sentence.split(" ")[0] for sentence in found] == [
        "project.fps",
        "product.name",
        "cta.headlnie",
        "scenes[0].type",
    ]


def test_scene_times_and_ids(minimal: dict[str, Any]) -> None:
    minimal["scenes"] = [
        {"id": "a", "start_s": 0, "end_s": 4, "type": "packshot", "intent": "One thing"},
        {"id": "a", "start_s": 6, "end_s": 9, "type": "endcard", "intent": "Another"},
    ]
    assert mistakes(minimal) == [
        "scenes must have an id of its own for each scene; a is used more than once."
    ]
    minimal["scenes"][1] |= {"id": "b", "start_s": 9, "end_s": 9}
    assert mistakes(minimal) == ["scenes[1] must have end_s after start_s, not run from 9 to 9 s."]
    minimal["scenes"][1] |= {"start_s": 2}
    assert len(load_brief(minimal).scenes) == 2


def test_versions(minimal: dict[str, Any]) -> None:
    assert load_brief(minimal | {"schema_version": 1}).schema_version == 1
    assert mistakes(minimal | {"schema_version": 2}) == [
        "schema_version 2 is newer than this program reads (1)."
    ]
    assert mistakes(minimal | {"schema_version": "new"}) == [
        "schema_version must be a whole number, 1 or more, not 'new'."
    ]


def test_broken_characters_are_told_in_writable_words(minimal: dict[str, Any]) -> None:
    (sentence,) = mistakes(changed(minimal, "cta.headline", "\ud800 Now"))
    assert sentence.encode() == b"cta.headline must be a text of 2 to 200 characters, not '? Now'."
    assert mistakes(minimal | {"x\ud800": 1})[0].encode()


def test_not_a_table() -> None:
    assert mistakes([1, 2]) == ["A brief is a table of fields such as project, product, cta and scenes."]


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(AdBrief.model_fields)), JSON_VALUES)
def test_anything_else_is_told_in_plain_words(section: str, value: Any) -> None:
    base = {
        "project": {"name": "Spring", "target_audience": "cyclists", "aspect": "9:16", "duration_s": 8},
        "product": {"name": "Lamp", "key_benefit": "Bright", "brand_colors": ["#0af"]},
        "cta": {"headline": "See"},
        "scenes": [{"id": "s", "start_s": 0, "end_s": 8, "type": "packshot", "intent": "Lamp"}],
    }
    try:
        load_brief(base | {section: value})
    except BriefError as error:
        words = error.message.lower()
        assert all(
            jargon not in words for jargon in ("pydantic", "input should", "tuple", "nonetype", "dict")
        )
