from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from clappper.brief.findings import PreflightContext
from clappper.brief.fixes import drop_phrase, palette_of, retimed, reword
from clappper.brief.preflight import apply_all_fixes, preflight
from clappper.brief.schema import AdBrief, load_brief, to_dict
from clappper.providers.contract import Capabilities, Kind

EMBEDDED = Capabilities("motion", "studio-1", (Kind.TEXT_TO_VIDEO,), (0.5, 60), generative=False)
GENERATIVE = Capabilities("cloud", "dream-1", (Kind.TEXT_TO_VIDEO,), (2, 10), aspects=("9:16",), fps=(24, 30))


WORDS = st.sampled_from([
    "static camera", "dolly in", "handheld", "no shake", "sunset", "no warm tones", "very nice", "a gun",
    "smiling face", "slow motion", "rapid cuts", "minimalist", "cluttered", "on", "with", "the lamp", "then",
    "a child", "nude", "stuff", "close-up", "golden hour", "at night", "midday", ",", ".", "IKEA", "{x}", "é",
])  # fmt: skip
TEXTS = st.lists(WORDS, min_size=1, max_size=7).map(" ".join).filter(lambda text: len(text.strip()) >= 3)
TIMES = st.floats(0, 20).map(lambda seconds: round(seconds, 2))


@st.composite
def rough_briefs(draw: st.DrawFn) -> AdBrief:
    """Make briefs as people leave them half-way: gaps, overlaps, contradictions, words that say nothing."""
    scenes = []
    for number in range(draw(st.integers(1, 4))):
        start, length = draw(TIMES), draw(st.floats(0.1, 12))
        scenes.append({
            "id": f"s{number}",
            "start_s": start,
            "end_s": round(start + length, 2),
            "type": draw(st.sampled_from(["packshot", "lifestyle", "montage", "endcard"])),
            "intent": draw(TEXTS),
            "provider_hint": draw(st.sampled_from(["auto", "omniverse", "cosmos", "t2v"])),
            "negatives": draw(st.lists(WORDS.filter(str.strip), max_size=2)),
            "overlays": {"show_logo": draw(st.booleans()), "show_price": draw(st.booleans())},
            "beats": draw(st.sampled_from([[], [{"start": 0, "end": 3, "action": "turns"}]])),
        })  # fmt: skip
        if draw(st.booleans()):
            scenes[-1]["camera"] = {"move": draw(st.sampled_from(["static", "pan", "orbit"]))}
    product = {"name": "Volt Lamp", "key_benefit": "Lights the road", "brand_colors": ["#0af"]}
    banned = draw(st.lists(WORDS.filter(str.strip), max_size=2))
    mode, markers = draw(st.sampled_from(["music", "voiceover", "both"])), draw(st.lists(TIMES, max_size=3))
    return load_brief({
        "project": {"name": "Spring", "target_audience": "cyclists", "aspect": "9:16", "duration_s": 15},
        "product": product | {"style_pack": {"negative_style": banned}},
        "cta": {"headline": "See Further"},
        "audio": {"mode": mode, "beat_markers": markers},
        "scenes": scenes,
    })  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(rough_briefs(), st.sampled_from([EMBEDDED, GENERATIVE]))
def test_fixes_keep_a_brief_sound_and_never_make_it_worse(brief: AdBrief, model: Capabilities) -> None:
    context = PreflightContext(capabilities={scene.id: model for scene in brief.scenes})
    card = preflight(brief, context)
    for finding in card.findings:
        if finding.fix is not None:
            fixed = finding.fix.apply(brief)
            assert load_brief(to_dict(fixed)) == fixed
    fixed, _ = apply_all_fixes(brief, context)
    after = preflight(fixed, context)
    assert len(after.must_fix) <= len(card.must_fix)
    assert apply_all_fixes(fixed, context)[0] == fixed


def test_colours_have_a_temperature() -> None:
    assert [palette_of(colour) for colour in ("#D4AF37", "#1F6FEB", "#777777")] == ["warm", "cool", "neutral"]


def test_an_intent_never_runs_empty() -> None:
    scene = {"id": "s", "start_s": 0, "end_s": 8, "type": "montage", "intent": "handheld", "style": "very"}
    brief = load_brief({
        "project": {"name": "Spring", "target_audience": "cyclists", "aspect": "9:16", "duration_s": 8},
        "product": {"name": "Lamp", "key_benefit": "Bright", "brand_colors": ["#0af"]},
        "cta": {"headline": "See"},
        "scenes": [scene],
    })  # fmt: skip
    fixed = reword("s", "very", "").apply(drop_phrase("s", "handheld").apply(brief))
    assert fixed.scenes[0].intent == "montage of the product"
    assert fixed.scenes[0].style is None


def test_retiming_leaves_no_scene_without_time() -> None:
    times = [(0, 0.01), (0, 50), (0, 60), (1, 1.01), (2, 2.01)]
    brief = load_brief({
        "project": {"name": "Spring", "target_audience": "cyclists", "aspect": "9:16", "duration_s": 8},
        "product": {"name": "Lamp", "key_benefit": "Bright", "brand_colors": ["#0af"]},
        "cta": {"headline": "See"},
        "scenes": [
            {"id": f"s{number}", "start_s": start, "end_s": end, "type": "montage", "intent": "Lamp"}
            | {"beats": [{"start": 0, "end": 0.01, "action": "blinks"}]}
            for number, (start, end) in enumerate(times)
        ],
    })  # fmt: skip
    fixed = retimed(brief)
    assert load_brief(to_dict(fixed)) == fixed
    assert (fixed.scenes[0].start_s, fixed.scenes[-1].end_s) == (0, 8)
    assert all(left.end_s == right.start_s for left, right in pairwise(fixed.scenes))
