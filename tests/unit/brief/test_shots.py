from typing import Any

import pytest

from clappper.brief.findings import Finding, PreflightContext, Severity
from clappper.brief.lint import lint
from clappper.brief.reading import PARTS
from clappper.brief.schema import AdBrief, load_brief
from clappper.providers.contract import Capabilities, Kind

NOTHING_KNOWN = PreflightContext()
GENERATIVE = Capabilities(
    "cloud", "dream-1", (Kind.TEXT_TO_VIDEO,), (2, 5), aspects=("16:9",), fps=(24,), negative=False
)
EMBEDDED = Capabilities("motion", "studio-1", (Kind.TEXT_TO_VIDEO,), (0.5, 60), generative=False)


def one_shot(data: dict[str, Any], intent: str, **more: Any) -> AdBrief:
    shot = {"id": "s1", "start_s": 0, "end_s": 8, "type": "lifestyle", "intent": intent} | more
    return load_brief(data | {"scenes": [shot]})


def made_by(model: Capabilities) -> PreflightContext:
    return PreflightContext(capabilities={"s1": model})


def found(brief: AdBrief, code: str, context: PreflightContext = NOTHING_KNOWN) -> list[Finding]:
    return [finding for finding in lint(brief, context) if finding.code == code]


def test_open_parts_block_only_what_a_model_imagines(minimal: dict[str, Any]) -> None:
    brief = one_shot(minimal, "Something on the way home")
    for model, severity in ((GENERATIVE, Severity.MUST_FIX), (EMBEDDED, Severity.SUGGESTION)):
        context = made_by(model)
        for part in ("action", "lighting", "camera", "style"):
            (finding,) = found(brief, f"{part}_missing", context)
            assert finding.severity is severity
            assert finding.fix is not None
            assert not found(finding.fix.apply(brief), f"{part}_missing", context)


def test_parts_are_recognised_in_words(minimal: dict[str, Any]) -> None:
    brief = one_shot(
        minimal, "Slow dolly-in on a cyclist riding through a city street at golden hour, cinematic, close-up"
    )
    open_codes = {f"{part}_missing" for part in PARTS} | {"shot_size_missing"}
    assert not open_codes & {finding.code for finding in lint(brief, made_by(GENERATIVE))}


def test_a_long_generated_clip_needs_two_beats(minimal: dict[str, Any]) -> None:
    context = made_by(GENERATIVE)
    brief = one_shot(minimal, "A cyclist rides")
    (finding,) = found(brief, "clip_without_beats", context)
    assert finding.severity is Severity.MUST_FIX
    assert finding.fix is not None
    fixed = finding.fix.apply(brief)
    assert not found(fixed, "clip_without_beats", context)
    assert [(beat.start, beat.end) for beat in fixed.scenes[0].beats] == [(0, 4), (4, 8)]
    assert not found(
        one_shot(minimal, "A cyclist rides, then stops at a light"), "clip_without_beats", context
    )


def test_beats_past_the_scene_are_trimmed(minimal: dict[str, Any]) -> None:
    beats = [{"start": 1, "end": 9, "action": "rides"}, {"start": 8.5, "end": 10, "action": "stops"}]
    brief = one_shot(minimal, "A cyclist", beats=beats)
    (finding,) = found(brief, "beat_beyond_scene")
    assert finding.fix is not None
    assert [(beat.start, beat.end) for beat in finding.fix.apply(brief).scenes[0].beats] == [(1, 8)]


def test_model_limits(minimal: dict[str, Any]) -> None:
    context = made_by(GENERATIVE)
    brief = one_shot(minimal, "A cyclist rides", negatives=["rain"])
    (length,) = found(brief, "provider_duration", context)
    assert length.message == "dream-1 makes clips of at most 5 s; scene s1 lasts 8 s."
    assert length.fix is not None
    split = length.fix.apply(brief)
    assert [(s.id, s.start_s, s.end_s) for s in split.scenes] == [("s1-1", 0, 4), ("s1-2", 4, 8)]
    assert not found(split, "provider_duration", context)
    (aspect,) = found(brief, "provider_aspect", context)
    (rate,) = found(brief, "provider_fps", context)
    assert aspect.fix is not None
    assert rate.fix is not None
    fixed = rate.fix.apply(aspect.fix.apply(brief))
    assert (fixed.project.aspect, fixed.project.fps) == ("16:9", 24)
    assert found(brief, "negative_ignored", context)[0].severity is Severity.WARNING


def test_a_rate_that_no_ad_has_is_converted(minimal: dict[str, Any]) -> None:
    slow = Capabilities("cloud", "cog", (Kind.TEXT_TO_VIDEO,), (10, 10), fps=(8,))
    brief = one_shot(minimal, "A cyclist rides")
    assert [f.severity for f in found(brief, "provider_fps", made_by(slow))] == [Severity.WARNING]
    assert [f.severity for f in found(brief, "provider_minimum", made_by(slow))] == [Severity.WARNING]


@pytest.mark.parametrize(
    ("hint", "code"), [("cosmos", "cosmos_without_controls"), ("omniverse", "omniverse_without_usd")]
)
def test_hints_that_fall_back(minimal: dict[str, Any], hint: str, code: str) -> None:
    brief = one_shot(minimal, "A cyclist", provider_hint=hint)
    (finding,) = found(brief, code)
    assert finding.severity is Severity.WARNING
    assert finding.fix is not None
    assert not found(finding.fix.apply(brief), code)
    fed = minimal | {"assets": {"controls": {"segmap": ["a.png"]}, "usd_scene": "omniverse://x/a.usd"}}
    assert not found(one_shot(fed, "A cyclist", provider_hint=hint), code)


def test_vague_words_are_replaced_by_what_can_be_seen(minimal: dict[str, Any]) -> None:
    brief = one_shot(minimal, "A really beautiful lamp, cool tones, amazing light")
    said = found(brief, "vague_word")
    assert [f.message.split("”")[0] for f in said] == ["“really", "“beautiful", "“amazing"]
    for finding in said:
        assert finding.fix is not None
        brief = finding.fix.apply(brief)
    assert brief.scenes[0].intent == "A sunlit, finely detailed lamp, cool tones, crisp, high-contrast light"


def test_packshots_want_a_camera_of_their_own(minimal: dict[str, Any]) -> None:
    brief = one_shot(minimal, "Lamp, slow orbit", type="packshot")
    (finding,) = found(brief, "packshot_camera")
    assert finding.fix is not None
    camera = finding.fix.apply(brief).scenes[0].camera
    assert camera is not None
    assert camera.move == "orbit"


def test_two_shots_alike_side_by_side(minimal: dict[str, Any]) -> None:
    camera = {"move": "pan"}
    scenes = [
        {
            "id": "a",
            "start_s": 0,
            "end_s": 4,
            "type": "montage",
            "intent": "Close-up of a lamp",
            "camera": camera,
        },
        {
            "id": "b",
            "start_s": 4,
            "end_s": 8,
            "type": "montage",
            "intent": "Close-up of a wheel",
            "camera": camera,
        },
    ]
    brief = load_brief(minimal | {"scenes": scenes})
    (finding,) = found(brief, "shots_alike")
    assert finding.fix is not None
    assert not found(finding.fix.apply(brief), "shots_alike")
    scenes[1]["intent"] = "Wide shot of a road"
    assert not found(load_brief(minimal | {"scenes": scenes}), "shots_alike")
