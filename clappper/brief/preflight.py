"""The gate before any work: a score, what to mend, and whether the brief may go on. Pure and instant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from clappper.brief import rubric
from clappper.brief.findings import Finding, PreflightContext, Severity
from clappper.brief.lint import lint
from clappper.brief.rubric import CATEGORY_NAMES, PASS_MARK, Category
from clappper.brief.schema import AdBrief
from clappper.providers.contract import Estimate

MOST_FIXES = 2000
MOST_GAINS = 150
"""Fixes whose gain is worked out; beyond them a brief needs rewriting rather than weighing."""


@dataclass(frozen=True, slots=True)
class Scorecard:
    """What preflight says of a brief.

    ``cost_risk`` is the high estimate in percent of the budget, at most 100; None when the cost is not
    known. ``predicted`` is the chance, 0 to 1, that people will pass the result; None without a predictor.
    """

    categories: tuple[Category, ...]
    overall: int
    findings: tuple[Finding, ...]
    cost_risk: int | None
    estimate: Estimate | None
    predicted: float | None

    @property
    def must_fix(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity is Severity.MUST_FIX)

    @property
    def blocked(self) -> bool:
        """Tell whether the brief stops here: below the pass mark, or with anything that must be mended."""
        return self.overall < PASS_MARK or bool(self.must_fix)

    @property
    def passed(self) -> bool:
        return not self.blocked


def preflight(brief: AdBrief, context: PreflightContext) -> Scorecard:
    """Judge a brief; every fix comes with what it alone would do to the overall score."""
    card, alone = _judge(brief, context), _words_alone(context)
    weighed = tuple(_weighed(finding, brief, alone, card) for finding in card.findings[:MOST_GAINS])
    return replace(card, findings=weighed + card.findings[MOST_GAINS:])


def _words_alone(context: PreflightContext) -> PreflightContext:
    """Leave out what costs time to ask and gives no points: prices, titles, files and predictions."""
    return replace(context, estimate=None, predict=None, titles_fit=None, file_exists=None)


def _judge(brief: AdBrief, context: PreflightContext) -> Scorecard:
    estimate = context.estimate(brief) if context.estimate else None
    priced = replace(context, estimate=(lambda _: estimate) if estimate else None)
    findings = lint(brief, priced)
    categories = rubric.grade(brief, findings)
    return Scorecard(
        categories=categories,
        overall=rubric.overall(categories),
        findings=findings,
        cost_risk=_cost_risk(brief, estimate),
        estimate=estimate,
        predicted=context.predict(brief) if context.predict else None,
    )


def _cost_risk(brief: AdBrief, estimate: Estimate | None) -> int | None:
    if estimate is None or estimate.high is None:
        return None
    return min(100, estimate.high.micros * 100 // round(brief.compute.budget_usd_max * 1_000_000))


def _weighed(finding: Finding, brief: AdBrief, context: PreflightContext, card: Scorecard) -> Finding:
    if finding.fix is None:
        return finding
    fixed = finding.fix.apply(brief)
    score = rubric.overall(rubric.grade(fixed, lint(fixed, context)))
    return replace(finding, score_delta=score - card.overall)


def apply_all_fixes(brief: AdBrief, context: PreflightContext) -> tuple[AdBrief, tuple[Finding, ...]]:
    """Apply every fix that helps, must-fixes first, and give the findings that were settled.

    A fix helps when its finding goes away, no must-fix takes its place, and the score does not fall
    unless a must-fix was settled.
    """
    brief, from_words = _settle(brief, _words_alone(context))
    brief, from_outside = _settle(brief, context)
    return brief, from_words + from_outside


def _settle(brief: AdBrief, context: PreflightContext) -> tuple[AdBrief, tuple[Finding, ...]]:
    settled: list[Finding] = []
    refused: set[tuple[str, str, str]] = set()
    card = _judge(brief, context)
    while len(settled) + len(refused) < MOST_FIXES:
        finding = next((f for f in card.findings if f.fix is not None and _name(f) not in refused), None)
        if finding is None or finding.fix is None:
            break
        fixed = finding.fix.apply(brief)
        judged = _judge(fixed, context)
        if _helps(finding, card, judged):
            brief, card = fixed, judged
            settled.append(finding)
        else:
            refused.add(_name(finding))
    return brief, tuple(settled)


def _name(finding: Finding) -> tuple[str, str, str]:
    return finding.code, finding.field, finding.message


def _helps(finding: Finding, before: Scorecard, after: Scorecard) -> bool:
    still_there = (
        Counter(map(_name, after.findings))[_name(finding)]
        >= Counter(map(_name, before.findings))[_name(finding)]
    )
    if still_there or len(after.must_fix) > len(before.must_fix):
        return False
    return finding.severity is Severity.MUST_FIX or after.overall >= before.overall


def explain(brief: AdBrief, card: Scorecard) -> str:
    """Tell in plain text why a brief passed or stopped, and what would raise each category."""
    lines = [f"{brief.project.name}: {card.overall} of 100, {'passes' if card.passed else 'blocked'}."]
    if card.must_fix:
        lines.append(f"Blocked by {_count(len(card.must_fix), 'must-fix', 'must-fixes')}:")
        lines += [f"  {_line(finding)}" for finding in card.must_fix]
    elif card.blocked:
        lines.append(f"Blocked because {PASS_MARK} is needed.")
    for category in card.categories:
        name = CATEGORY_NAMES[category.name]
        lines.append(f"{name} {category.score} (weight {category.weight} %)")
        lines += [f"  {advice}" for advice in _advice(category)]
    return "\n".join(lines)


def _line(finding: Finding) -> str:
    remedy = ""
    if finding.fix is not None:
        change = "" if finding.score_delta is None else f" ({finding.score_delta:+d})"
        remedy = f" Fix: {finding.fix.title}{change}."
    return f"{finding.field}: {finding.message}{remedy}"


def _advice(category: Category) -> Iterable[str]:
    for criterion in category.criteria:
        if criterion.earned < criterion.possible:
            earned = int(criterion.earned)
            yield f"{criterion.name} {earned} of {criterion.possible}: {criterion.advice}"


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
