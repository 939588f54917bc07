from typing import Any

import pytest

from clappper.base.units import Money
from clappper.brief.findings import Finding, PreflightContext, Severity
from clappper.brief.lint import lint
from clappper.brief.schema import AdBrief, load_brief
from clappper.providers.contract import Estimate

NOTHING_KNOWN = PreflightContext()


def scene(begin: float, end: float, **more: Any) -> dict[str, Any]:
    return {
        "id": f"s{begin:g}",
        "start_s": begin,
        "end_s": end,
        "type": "lifestyle",
        "intent": "Lamp on a bike",
    } | more


def brief_with(data: dict[str, Any], *scenes: dict[str, Any], **sections: Any) -> AdBrief:
    for name, fields in sections.items():
        data.setdefault(name, {}).update(fields)
    return load_brief(data | {"scenes": list(scenes)} if scenes else data)


def found(brief: AdBrief, code: str, context: PreflightContext = NOTHING_KNOWN) -> list[Finding]:
    return [finding for finding in lint(brief, context) if finding.code == code]


def settles(brief: AdBrief, finding: Finding, context: PreflightContext = NOTHING_KNOWN) -> AdBrief:
    """Apply the finding's fix, and check that it is gone."""
    assert finding.fix is not None
    fixed = finding.fix.apply(brief)
    assert finding not in lint(fixed, context)
    assert fixed == load_brief(fixed.model_dump())
    return fixed


def test_gap_overlap_and_overrun_are_named_and_retimed(minimal: dict[str, Any]) -> None:
    brief = brief_with(
        minimal, scene(0.5, 3), scene(2, 5), scene(6.25, 9, beats=[{"start": 0, "end": 2, "action": "x"}])
    )
    said = [f.message for f in lint(brief, NOTHING_KNOWN) if f.code.startswith("scene_")]
    assert said == [
        "Nothing is planned from 0.00 to 0.50 s.",
        "Scene s2 overlaps the one before it from 2.00 to 3.00 s.",
        "Nothing is planned from 5.00 to 6.25 s.",
        "The scenes run to 9.00 s, but the ad ends at 8.00 s.",
    ]
    fixed = settles(brief, found(brief, "scene_gap")[0])
    assert not [f for f in lint(fixed, NOTHING_KNOWN) if f.code.startswith("scene_")]
    assert [s.id for s in fixed.scenes] == ["s0.5", "s2", "s6.25"]
    assert fixed.scenes[0].start_s == 0
    assert fixed.scenes[-1].end_s == 8
    assert fixed.scenes[-1].beats[0].end <= fixed.scenes[-1].seconds


def test_scenes_in_any_order_and_within_rounding_are_contiguous(minimal: dict[str, Any]) -> None:
    brief = brief_with(minimal, scene(4.001, 8), scene(0, 4))
    assert not [f for f in lint(brief, NOTHING_KNOWN) if f.code.startswith("scene_")]


def test_logo(minimal: dict[str, Any]) -> None:
    brief = load_brief(minimal)
    (finding,) = found(brief, "logo_missing")
    assert finding.severity is Severity.MUST_FIX
    assert settles(brief, finding).product.no_logo
    with_logo = brief_with(minimal, product={"logo": "logo.svg"})
    assert not found(with_logo, "logo_missing")


def test_price_without_text(minimal: dict[str, Any]) -> None:
    brief = brief_with(minimal, scene(0, 8, overlays={"show_price": True}))
    settles(brief, found(brief, "price_missing")[0])


def test_voice_needs_words(minimal: dict[str, Any]) -> None:
    brief = brief_with(minimal, audio={"mode": "voiceover"})
    fixed = settles(brief, found(brief, "voice_missing")[0])
    assert fixed.audio.script == "Volt Lamp. Lights 200 m of road. See Further."
    assert not found(brief_with(minimal, audio={"file": "voice.wav"}), "voice_missing")
    wordy = brief_with(minimal, audio={"script": "word " * 60})
    assert (
        found(wordy, "script_too_long")[0].message
        == "The script has 60 words; about 21 can be spoken in 8 s."
    )


def test_a_long_ad_needs_beats(minimal: dict[str, Any]) -> None:
    minimal["project"]["duration_s"] = 12
    brief = brief_with(minimal, scene(0, 12))
    (finding,) = found(brief, "ad_without_beats")
    assert finding.severity is Severity.MUST_FIX
    assert settles(brief, finding).audio.music_bpm == 100
    for audio in ({"music_bpm": 90}, {"beat_markers": [1.0]}, {"file": "song.mp3"}):
        assert not found(brief_with(minimal | {"audio": audio}, scene(0, 12)), "ad_without_beats")
    with_beats = brief_with(minimal, scene(0, 12, beats=[{"start": 0, "end": 2, "action": "lamp turns on"}]))
    assert not found(with_beats, "ad_without_beats")


def test_markers_after_the_end(minimal: dict[str, Any]) -> None:
    brief = brief_with(minimal, audio={"beat_markers": [1, 7.5, 9]})
    assert settles(brief, found(brief, "marker_beyond_end")[0]).audio.beat_markers == (1, 7.5)


def test_missing_files_are_named_and_addresses_are_not_looked_for(minimal: dict[str, Any]) -> None:
    brief = brief_with(
        minimal,
        product={"logo": "logo.svg", "style_pack": {"grade_lut": "warm"}},
        assets={"reference_images": ["a.jpg", "https://x.example/b.jpg"], "controls": {"depth": ["d.png"]}},
    )
    context = PreflightContext(file_exists=lambda path: path == "logo.svg")
    assert [(f.field, f.message) for f in found(brief, "file_missing", context)] == [
        ("assets.controls.depth[0]", "There is no file d.png."),
        ("assets.reference_images[0]", "There is no file a.jpg."),
    ]


def test_a_3d_scene_lies_here_or_on_nucleus(minimal: dict[str, Any]) -> None:
    assets = {"usd_scene": "https://cdn.example/room.usd", "product_usd": "omniverse://studio/cup.usd"}
    (finding,) = found(brief_with(minimal, assets=assets), "scene_is_address")
    assert (finding.field, finding.severity) == ("assets.usd_scene", Severity.MUST_FIX)


@pytest.mark.parametrize(
    ("high", "code"), [(Money.dollars(5), ""), (Money.dollars("5.01"), "over_budget"), (None, "cost_unknown")]
)
def test_budget(minimal: dict[str, Any], high: Money | None, code: str) -> None:
    brief = load_brief(minimal)
    context = PreflightContext(estimate=lambda _: Estimate(None, high, None, "price list"))
    codes = {f.code for f in lint(brief, context)} & {"over_budget", "cost_unknown"}
    assert codes == ({code} if code else set())


def test_titles_that_do_not_fit_are_passed_on(minimal: dict[str, Any]) -> None:
    remark = Finding("title_too_long", Severity.MUST_FIX, "The headline does not fit.", "cta.headline")
    context = PreflightContext(titles_fit=lambda _: (remark,))
    assert remark in lint(load_brief(minimal), context)


def test_must_fixes_come_first(minimal: dict[str, Any]) -> None:
    order = [list(Severity).index(f.severity) for f in lint(load_brief(minimal), NOTHING_KNOWN)]
    assert order == sorted(order)
    assert len(set(order)) > 1


def test_an_end_card_is_cut_from_the_last_scene(minimal: dict[str, Any]) -> None:
    beats = [{"start": 0, "end": 2, "action": "rides"}, {"start": 2, "end": 6, "action": "stops"}]
    brief = brief_with(minimal, scene(0, 8, id="endcard", beats=beats), product={"no_logo": True})
    fixed = settles(brief, found(brief, "endcard_missing")[0])
    assert [(s.id, s.type, s.start_s, s.end_s) for s in fixed.scenes] == [
        ("endcard", "lifestyle", 0, 5),
        ("endcard2", "endcard", 5, 8),
    ]
    assert len(fixed.scenes[0].beats) == 1
    short = brief_with(minimal, scene(0, 5), scene(5, 8))
    assert found(short, "endcard_missing")[0].fix is None
