"""Every remark on a brief: pure rules, each a function that yields findings.

The order is that of a reader: time, brand, sound, files, safety, then scene by scene.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from clappper.base.units import Money
from clappper.brief import fixes
from clappper.brief.findings import Finding, PreflightContext, Severity
from clappper.brief.fixes import Fix
from clappper.brief.safety import check_safety
from clappper.brief.schema import AdBrief
from clappper.brief.shots import check_shots
from clappper.brief.templates import with_end_card
from clappper.usd.recipe import is_nucleus

Rule = Callable[[AdBrief, PreflightContext], Iterator[Finding]]

TOLERANCE_SECONDS = 0.005
SPOKEN_WORDS_PER_SECOND = 2.7
"""About 160 words a minute, the upper end of commercial narration."""
BEATS_NEEDED_FROM_SECONDS = 12
ROOM_FOR_END_CARD_SECONDS = 4


def lint(brief: AdBrief, context: PreflightContext) -> tuple[Finding, ...]:
    """Say everything there is to say about a brief, must-fixes first, otherwise in reading order."""
    found = [finding for rule in RULES for finding in rule(brief, context)]
    if context.titles_fit is not None:
        found.extend(context.titles_fit(brief))
    if context.reviewed is not None:
        found.extend(context.reviewed(brief))
    order = list(Severity)
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: order.index(finding.severity)))


def check_times(brief: AdBrief, _: PreflightContext) -> Iterator[Finding]:
    """Scenes must lie end to end over the whole ad."""
    reached = 0.0
    placed = sorted(enumerate(brief.scenes), key=lambda item: (item[1].start_s, item[1].end_s))
    for number, scene in placed:
        if scene.start_s > reached + TOLERANCE_SECONDS:
            yield _mistimed("scene_gap", _gap(reached, scene.start_s), number)
        if scene.start_s < reached - TOLERANCE_SECONDS:
            overlap_end = min(reached, scene.end_s)
            message = (
                f"Scene {scene.id} overlaps the one before it from {scene.start_s:.2f} to {overlap_end:.2f} s"
            )
            yield _mistimed("scene_overlap", message, number)
        reached = max(reached, scene.end_s)
    duration = float(brief.project.duration_s)
    last = placed[-1][0]
    if reached < duration - TOLERANCE_SECONDS:
        yield _mistimed("scene_gap", _gap(reached, duration), last)
    if reached > duration + TOLERANCE_SECONDS:
        yield _mistimed(
            "scene_beyond_end",
            f"The scenes run to {reached:.2f} s, but the ad ends at {duration:.2f} s",
            last,
        )


def _gap(start: float, end: float) -> str:
    return f"Nothing is planned from {start:.2f} to {end:.2f} s"


def _mistimed(code: str, message: str, number: int) -> Finding:
    return Finding(code, Severity.MUST_FIX, f"{message}.", f"scenes[{number}].start_s", fixes.retime())


def check_brand(brief: AdBrief, _: PreflightContext) -> Iterator[Finding]:
    """A brand is a logo, or the word that there is none; a price to show; a look."""
    product = brief.product
    wants_logo = [s for s in brief.scenes if s.type in {"packshot", "endcard"} or s.overlays.show_logo]
    if wants_logo and not product.logo and not product.no_logo:
        message = f"Scene {wants_logo[0].id} needs a logo: give product.logo, or set product.no_logo."
        yield Finding("logo_missing", Severity.MUST_FIX, message, "product.logo", fixes.go_without_logo())
    shown = [s for s in brief.scenes if s.overlays.show_logo]
    if product.no_logo and (product.logo or shown):
        message = "product.no_logo is set, so neither the logo nor show_logo has any effect."
        yield Finding("logo_unused", Severity.WARNING, message, "product.no_logo", fixes.go_without_logo())
    for number, scene in enumerate(brief.scenes):
        if scene.overlays.show_price and not product.price_text:
            message = f"Scene {scene.id} shows a price, but product.price_text is empty."
            field = f"scenes[{number}].overlays.show_price"
            yield Finding("price_missing", Severity.WARNING, message, field, fixes.hide_price(scene.id))
    if not product.style_pack.visual_style or not product.style_pack.palette_hint:
        message = "Without a style and a palette the shots may not match."
        yield Finding("style_open", Severity.SUGGESTION, message, "product.style_pack", fixes.set_style())
    if brief.scenes[-1].type != "endcard":
        message = "The ad does not end on an end card, where the call to action is read."
        field, roomy = (
            f"scenes[{len(brief.scenes) - 1}].type",
            brief.scenes[-1].seconds >= ROOM_FOR_END_CARD_SECONDS,
        )
        fix = Fix("End on an end card", with_end_card) if roomy else None
        yield Finding("endcard_missing", Severity.SUGGESTION, message, field, fix)
    if not (brief.assets.product_images or brief.assets.reference_images or brief.assets.product_usd):
        message = "A picture of the product keeps it the same in every shot."
        yield Finding("pictures_missing", Severity.SUGGESTION, message, "assets.product_images")


def has_rhythm(brief: AdBrief) -> bool:
    """Tell whether anything gives the ad beats: a tempo, markers, music, or beats in a scene."""
    audio = brief.audio
    return bool(audio.music_bpm or audio.beat_markers or audio.file or any(s.beats for s in brief.scenes))


def check_sound(brief: AdBrief, _: PreflightContext) -> Iterator[Finding]:
    audio, duration = brief.audio, brief.project.duration_s
    if audio.mode != "music" and not audio.script and not audio.file:
        message = f"Mode {audio.mode} needs words to say: give audio.script, or a recording in audio.file."
        yield Finding("voice_missing", Severity.MUST_FIX, message, "audio.script", fixes.write_script())
    spoken = len((audio.script or "").split())
    if audio.mode != "music" and spoken > duration * SPOKEN_WORDS_PER_SECOND:
        most = int(duration * SPOKEN_WORDS_PER_SECOND)
        message = f"The script has {spoken} words; about {most} can be spoken in {duration} s."
        yield Finding("script_too_long", Severity.WARNING, message, "audio.script")
    if duration >= BEATS_NEEDED_FROM_SECONDS and not has_rhythm(brief):
        message = f"An ad of {duration} s needs beats: a tempo, beat markers, music, or beats in its scenes."
        yield Finding("ad_without_beats", Severity.MUST_FIX, message, "audio.music_bpm", fixes.set_tempo())
    elif not (audio.music_bpm or audio.beat_markers or audio.file):
        message = "A tempo or beat markers let the cuts fall on the beat."
        yield Finding("tempo_open", Severity.SUGGESTION, message, "audio.music_bpm", fixes.set_tempo())
    if any(mark > duration for mark in audio.beat_markers):
        message = f"Some beat markers lie after the end of the ad at {duration} s."
        yield Finding(
            "marker_beyond_end", Severity.WARNING, message, "audio.beat_markers", fixes.trim_markers()
        )


def file_fields(brief: AdBrief) -> tuple[tuple[str, str], ...]:
    """List every file the brief names, as field path and path; addresses are left out."""
    assets, pack = brief.assets, brief.product.style_pack
    lut = pack.grade_lut if pack.grade_lut and pack.grade_lut.lower().endswith(".cube") else None
    named: list[tuple[str, str | None]] = [
        ("product.logo", brief.product.logo),
        ("product.style_pack.grade_lut", lut),
        ("audio.file", brief.audio.file),
        ("assets.usd_scene", assets.usd_scene),
        ("assets.product_usd", assets.product_usd),
        ("assets.controls.pose_or_traj", assets.controls.pose_or_traj),
    ]
    lists = {
        "assets.controls.segmap": assets.controls.segmap,
        "assets.controls.depth": assets.controls.depth,
        "assets.reference_images": assets.reference_images,
        "assets.product_images": assets.product_images,
        "assets.guideline_documents": assets.guideline_documents,
    }
    named += [(f"{name}[{place}]", path) for name, paths in lists.items() for place, path in enumerate(paths)]
    return tuple((field, path) for field, path in named if path and "://" not in path)


def check_worlds(brief: AdBrief, _: PreflightContext) -> Iterator[Finding]:
    """A 3D scene that is an address elsewhere than on Nucleus would be left out without a word."""
    worlds = {"assets.usd_scene": brief.assets.usd_scene, "assets.product_usd": brief.assets.product_usd}
    for field, value in worlds.items():
        if value and "://" in value and not is_nucleus(value):
            message = f"{value} is an address; download it and give the file's path."
            yield Finding("scene_is_address", Severity.MUST_FIX, message, field)


def check_files(brief: AdBrief, context: PreflightContext) -> Iterator[Finding]:
    if context.file_exists is None:
        return
    for field, path in file_fields(brief):
        if not context.file_exists(path):
            yield Finding("file_missing", Severity.MUST_FIX, f"There is no file {path}.", field)


def check_cost(brief: AdBrief, context: PreflightContext) -> Iterator[Finding]:
    if context.estimate is None:
        return
    estimate, most = context.estimate(brief), brief.compute.budget_usd_max
    high = estimate.high or estimate.low
    if high is None:
        message = "What this will cost is not known, so the budget cannot be checked."
        yield Finding("cost_unknown", Severity.WARNING, message, "compute.budget_usd_max")
    elif high.micros > round(most * 1_000_000):
        fix = fixes.draft_quality() if brief.compute.quality != "draft" else None
        message = f"This may cost {high.rounded_up}, more than the budget of {Money.dollars(most)}."
        yield Finding("over_budget", Severity.MUST_FIX, message, "compute.budget_usd_max", fix)


RULES: tuple[Rule, ...] = (
    check_times,
    check_brand,
    check_sound,
    check_files,
    check_worlds,
    check_cost,
    check_safety,
    check_shots,
)
