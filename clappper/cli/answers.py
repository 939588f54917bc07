"""What each command prints: tables for people, or one JSON object for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from clappper.base.units import Money, price_range
from clappper.brief.findings import Finding, Severity
from clappper.brief.preflight import Scorecard, explain
from clappper.brief.rubric import CATEGORY_NAMES
from clappper.brief.schema import AdBrief, to_dict
from clappper.cli.console import answer_json, note, say, say_table
from clappper.render.verdicts import CheckReport, Outcome

if TYPE_CHECKING:
    from clappper.brief.guidelines import Reading
    from clappper.brief.variants import Variation
    from clappper.flow.doctor import Checkup
    from clappper.flow.generating.make import Made

MARKS = {
    Outcome.PASSED: "[green]pass[/]",
    Outcome.FAILED: "[bold red]FAIL[/]",
    Outcome.CANNOT_MEASURE: "[yellow]?[/]",
}
SEVERITIES = {
    Severity.MUST_FIX: "[bold red]must fix[/]",
    Severity.WARNING: "[yellow]warning[/]",
    Severity.SUGGESTION: "[cyan]suggestion[/]",
}


def plain(value: Any) -> Any:
    """Turn records into plain values for JSON; money becomes dollars."""
    if isinstance(value, Money):
        return value.micros / 1_000_000
    if is_dataclass(value) and not isinstance(value, type):
        return {name: plain(item) for name, item in _fields(value)}
    if isinstance(value, dict):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple | frozenset):
        return [plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _fields(record: Any) -> list[tuple[str, Any]]:
    return [(name, getattr(record, name)) for name in record.__dataclass_fields__]


def show_made(made: Made, *, as_json: bool) -> None:
    """Tell where the finished files are, and their facts."""
    if as_json:
        answer_json({"ok": made.passed, "exit_code": int(not made.passed)} | _made_facts(made))
        return
    say(f"\n[bold]{escape(made.brief.project.name)}[/]  preflight {made.scorecard.overall}/100")
    say(f"[dim]{escape(made.sound)}[/]")
    say_table(_shots_table(made))
    for export in made.exports:
        file, sound = export.file, export.sound.after
        say(f"[bold]{export.aspect}[/]  {escape(str(file.path))}")
        say(
            f"      {file.width}x{file.height}, {float(file.rate.fps):g} fps, {file.seconds:.2f} s,"
            f" {file.size_bytes / 1e6:.1f} MB,"
            f" {sound.integrated_lufs:.1f} LUFS, {sound.true_peak_dbtp:.1f} dBTP"
        )
        _say_verdict(export.checks)
        for line in (*file.brand_lines, *file.cautions):
            say(f"      {escape(line)}")
    if made.reused.count:
        say(f"{made.reused.count} shots were made before and used again, saving {made.reused.saved}.")
    say(f"Spent [bold]{made.spent}[/] of at most {_budget(made.brief)}. Project: {escape(str(made.project))}")


def _budget(brief: AdBrief) -> Money:
    return Money.dollars(brief.compute.budget_usd_max)


def _made_facts(made: Made) -> dict[str, Any]:
    return {
        "project": str(made.project),
        "preflight": _scorecard_facts(made.scorecard),
        "sound": made.sound,
        "shots": [
            {"id": shot.id, "frames": [shot.frames.start, shot.frames.end], "cut": shot.cut_reason}
            | {"provider": made.routes[shot.id].provider, "reason": made.routes[shot.id].reason}
            for shot in made.storyboard.scenes
        ],
        "videos": [
            plain(export.file)
            | {
                "aspect": export.aspect,
                "loudness": plain(export.sound.after),
                "checks": _check_facts(export.checks),
            }
            for export in made.exports
        ],
        "spent_usd": plain(made.spent),
        "reused": plain(made.reused),
    }


def _shots_table(made: Made) -> Table:
    table = Table("shot", "from", "to", "made by", "why", box=None, header_style="dim", padding=(0, 2, 0, 0))
    rate = made.storyboard.rate
    for shot in made.storyboard.scenes:
        route = made.routes[shot.id]
        times = (f"{rate.seconds_at(edge):.2f} s" for edge in (shot.frames.start, shot.frames.end))
        table.add_row(shot.id, *times, route.provider, escape(route.reason))
    return table


def _say_verdict(checks: CheckReport) -> None:
    say(f"      {_verdict(checks)}")
    for finding in (*checks.failures, *checks.unmeasured):
        say(f"      {MARKS[finding.outcome]} {finding.code}: {escape(finding.message)}")


def _verdict(checks: CheckReport) -> str:
    total, failed, unknown = len(checks.findings), len(checks.failures), len(checks.unmeasured)
    verdict = f"[bold red]{failed} failed[/]" if failed else "[green]none failed[/]"
    return f"{total} checks: {verdict}" + (f", {unknown} could not be measured" if unknown else "")


def show_checks(report: CheckReport, *, as_json: bool) -> None:
    """List everything that was measured on a file."""
    if as_json:
        answer_json({"ok": report.passed, "exit_code": int(not report.passed)} | _check_facts(report))
        return
    table = Table("", "check", "measured", "wanted", "", box=None, header_style="dim", padding=(0, 2, 0, 0))
    for found in report.findings:
        where = "" if found.at_seconds is None else f" (at {found.at_seconds:.2f} s)"
        table.add_row(
            MARKS[found.outcome],
            found.code,
            escape(found.measured),
            escape(found.wanted),
            escape(found.message) + where,
        )
    say_table(table)
    failed, unknown = len(report.failures), len(report.unmeasured)
    say(f"\n{_verdict(report)}" if failed or unknown else "\n[green]All checks passed.[/]")


def _check_facts(report: CheckReport) -> dict[str, Any]:
    return {"passed": report.passed, "findings": [plain(found) for found in report.findings]}


def show_scorecard(
    brief: AdBrief, card: Scorecard, settled: Sequence[Finding], *, explain_it: bool, as_json: bool
) -> None:
    """Print what preflight found, most important first."""
    if as_json:
        fixed = [_finding_facts(finding) for finding in settled]
        answer_json(
            {"ok": card.passed, "exit_code": 2 * card.blocked, "fixed": fixed} | _scorecard_facts(card)
        )
        return
    for finding in settled:
        say(f"[green]fixed[/] {escape(finding.fix.title if finding.fix else finding.message)}")
    if explain_it:
        say(escape(explain(brief, card)))
    verdict = "[bold red]blocked[/]" if card.blocked else "[bold green]passes[/]"
    say(f"\n[bold]{escape(brief.project.name)}[/]  {card.overall}/100, {verdict}")
    scores = "  ".join(f"{CATEGORY_NAMES[category.name]} {category.score}" for category in card.categories)
    say(f"[dim]{scores}[/]")
    for severity in Severity:
        for finding in (found for found in card.findings if found.severity is severity):
            _say_finding(finding)
    if card.predicted is not None:
        say(f"Predicted pass {100 * card.predicted:.0f} %; why: clappper predict")
    if card.estimate is not None:
        price = price_range(card.estimate.low, card.estimate.high)
        say(f"Cost {price}{_time(card)}, budget {_budget(brief)}")
        say(f"[dim]{escape(card.estimate.basis)}[/]")


def note_plan(card: Scorecard) -> None:
    """Tell who makes what and at what price, before it is spent; nothing where it costs nothing."""
    if card.estimate is not None and card.estimate.high != Money():
        note(f"Costs {price_range(card.estimate.low, card.estimate.high)}:")
        note(f"[dim]{escape(card.estimate.basis)}[/]")


def _say_finding(finding: Finding) -> None:
    say(f"{SEVERITIES[finding.severity]} [bold]{escape(finding.field)}[/] {escape(finding.message)}")
    if finding.fix is not None:
        change = "" if not finding.score_delta else f" ({finding.score_delta:+d})"
        say(f"    [dim]fix: {escape(finding.fix.title)}{change}[/]")


def _time(card: Scorecard) -> str:
    seconds = card.estimate.seconds if card.estimate else None
    return "" if seconds is None else f", about {seconds[0]:.0f} to {seconds[1]:.0f} s of work"


def _scorecard_facts(card: Scorecard) -> dict[str, Any]:
    return {
        "overall": card.overall,
        "blocked": card.blocked,
        "categories": {category.name: category.score for category in card.categories},
        "findings": [_finding_facts(finding) for finding in card.findings],
        "cost_risk": card.cost_risk,
        "estimate": plain(card.estimate),
        "predicted": card.predicted,
    }


def _finding_facts(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "field": finding.field,
        "fix": finding.fix.title if finding.fix else None,
        "score_delta": finding.score_delta,
    }


def show_templates(*, as_json: bool) -> None:
    """List the whole-ad templates."""
    from clappper.brief.templates import TEMPLATES

    if as_json:
        answer_json({"ok": True, "templates": dict(TEMPLATES)})
        return
    for name, description in TEMPLATES.items():
        say(f"[bold]{name}[/]  {escape(description)}")


def show_new_brief(
    brief: AdBrief,
    out: Path | None,
    guessed: Sequence[str],
    variants: Sequence[tuple[Path, Variation]],
    *,
    as_json: bool,
) -> None:
    """Print a new brief, or say where it and its variations were written, and what was guessed."""
    if as_json:
        files = [{"file": str(path), "hypothesis": found.hypothesis} for path, found in variants]
        facts = {"guessed": list(guessed), "file": str(out) if out else None, "variations": files}
        answer_json({"ok": True, "brief": to_dict(brief)} | facts)
        return
    if out is None:
        say(escape(json.dumps(to_dict(brief), indent=2, ensure_ascii=False)))
    else:
        say(f"Wrote {escape(str(out))}. Next: clappper preflight {escape(str(out))}")
    for path, found in variants:
        say(f"Wrote {escape(str(path))}: {escape(found.hypothesis)}")
    for guess in guessed:
        note(f"[yellow]guessed[/] {escape(guess)}")


def show_rules(reading: Reading, *, as_json: bool) -> None:
    """List a document's rules, each with its sentence and where that stands."""
    if as_json:
        rules = [plain(rule) for rule in reading.rules]
        answer_json({"ok": True, "rules": rules, "caution": reading.caution})
        return
    if reading.caution:
        note(f"[yellow]{escape(reading.caution)}[/]")
    elif not reading.rules:
        say("No rule was found in its words.")
    for rule in reading.rules:
        note_of = f"  [dim]{escape(rule.note)}[/]" if rule.note else ""
        say(f"[bold]{rule.kind:<13}[/] {escape(rule.value)}{note_of}")
        place = f" ({rule.place})" if rule.place else ""
        say(f"              [dim]{escape(f'“{rule.quote}”{place}')}[/]")


def show_doctor(checkups: Sequence[Checkup], *, as_json: bool) -> None:
    """Say what works here, and how to get what does not."""
    if as_json:
        answer_json({"ok": True, "checkups": [plain(checkup) for checkup in checkups]})
        return
    for checkup in checkups:
        mark = "[green]ready[/]  " if checkup.ready else "[yellow]missing[/]"
        say(f"{mark} [bold]{escape(checkup.name)}[/]  {escape(checkup.detail)}")
        if not checkup.ready:
            say(f"         [dim]gives {escape(checkup.gives)}; {escape(checkup.how_to_get)}[/]")
