"""Learning a predictor from rated clips, and finding out on clips kept apart how much it can be trusted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import mean, pstdev

import numpy as np
from numpy.typing import NDArray

from clappper.base.errors import UnusableInputError
from clappper.review import calibration
from clappper.review.calibration import Bin, Curve
from clappper.review.features import count_features
from clappper.review.gaussian import Foretold, GaussianProcess, Kernel, Matrix, Points, likeliest_kernel
from clappper.review.predictor import Encoder, Predictor, Scale, prior_weighed

FOLDS = 5
KEPT_APART = 0.25
"""Of the prompts, the latest: the share that the time split is judged on."""
ABSTAINS_BELOW = 0.01
"""It abstains where it knows less than of all but this share of prompts that it did not learn from."""

PRIOR_ONLY_BELOW = 40
GATE_FROM_LABELS = 200
GATE_LARGEST_ERROR = 0.05
GATE_LEAST_AUC = 0.65


@dataclass(frozen=True, slots=True)
class Example:
    """One rated clip. ``score`` is the raters' mean, 1 to 5; ``rated_at`` sorts by time.

    ``passed`` is 1 or 0, or the share that passed where several clips stand as one.
    """

    prompt: str
    provider: str
    score: float
    passed: float
    rated_at: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """How predictions met the ratings of clips that were kept apart."""

    count: int
    auc: float | None
    brier: float
    calibration_error: float
    skipped_at_95: float
    bins: tuple[Bin, ...]

    @classmethod
    def of(cls, chances: Matrix, passed: NDArray[np.bool_]) -> Figures:
        return cls(
            len(passed),
            calibration.auc(chances, passed),
            calibration.brier(chances, passed),
            calibration.calibration_error(chances, passed),
            calibration.skipped_at_recall(chances, passed, 0.95),
            calibration.reliability(chances, passed),
        )


@dataclass(frozen=True, slots=True)
class _Rows:
    points: Points
    scores: Matrix
    passed: Matrix
    scale: Scale


def learn(
    examples: Sequence[Example],
    encoder: Encoder,
    *,
    version: str,
    prior: Predictor | None = None,
    kernel: Kernel | None = None,
) -> Predictor:
    """Learn from rated clips: the kernel by marginal likelihood, the curve on prompts left out in turn.

    Raises:
        UnusableInputError: there are too few clips, or all ended alike.
    """
    rows = _rows(examples, encoder, prior)
    kernel = kernel or likeliest_kernel(rows.points, rows.scores)
    process = GaussianProcess(rows.points, rows.scores, kernel)
    left_out = _left_out(rows, kernel)
    curve = Curve.fitted(_standing(left_out, kernel), rows.passed)
    least_known = round(float(np.quantile(left_out.known, ABSTAINS_BELOW)), 3)
    return Predictor(process, curve, rows.scale, version, len(examples), least_known, encoder, prior)


def _rows(examples: Sequence[Example], encoder: Encoder, prior: Predictor | None) -> _Rows:
    _demand_enough(examples)
    prompts = [example.prompt for example in examples]
    raw = count_features(prompts)
    if prior is not None:
        raw = np.hstack([raw, prior.shared_scores(prompts)[:, None]])
    spreads = raw.std(axis=0)
    scores = np.array([example.score for example in examples])
    scale = Scale(
        raw.mean(axis=0),
        np.where(spreads > 0, spreads, 1.0),
        float(scores.mean()),
        float(scores.std() or 1.0),
    )
    counts = scale.counts(raw)
    unique, place = np.unique(prompts, return_inverse=True)
    points = Points(
        encoder.encode(list(unique))[place],
        counts if prior is None else prior_weighed(counts),
        np.array([example.provider for example in examples]),
        np.array(prompts),
    )
    passed = np.array([float(example.passed) for example in examples])
    return _Rows(points, (scores - scale.score_mean) / scale.score_spread, passed, scale)


def _demand_enough(examples: Sequence[Example]) -> None:
    prompts = len({example.prompt for example in examples})
    kinds = {example.passed for example in examples}
    if prompts < 2 * FOLDS or len(kinds) < 2:
        raise UnusableInputError(
            f"{len(examples)} rated clips of {prompts} prompts are too few to learn from.",
            f"Rate clips of at least {2 * FOLDS} prompts, some that pass and some that fail.",
        )


def _left_out(rows: _Rows, kernel: Kernel) -> Foretold:
    """Foretell every clip from those of other prompts."""
    count = len(rows.points)
    mean_, variance, known = np.zeros(count), np.zeros(count), np.zeros(count)
    for kept, out in grouped_folds(rows.points.prompts):
        found = GaussianProcess(rows.points.at(kept), rows.scores[kept], kernel).foretell(rows.points.at(out))
        mean_[out], variance[out], known[out] = found.mean, found.variance, found.known
    return Foretold(mean_, variance, known)


def _standing(found: Foretold, kernel: Kernel) -> Matrix:
    standing: Matrix = found.mean / np.sqrt(found.variance + kernel.noise)
    return standing


def grouped_folds(
    groups: NDArray[np.str_], folds: int = FOLDS
) -> Iterator[tuple[NDArray[np.int_], NDArray[np.int_]]]:
    """Yield rows to learn from and rows to judge on; no group is in both. Always the same folds."""
    names = np.unique(groups)
    order = np.random.default_rng(0).permutation(len(names))
    fold_of = dict(zip(names[order], np.arange(len(names)) % folds, strict=True))
    numbers = np.array([fold_of[name] for name in groups])
    for number in range(folds):
        yield np.flatnonzero(numbers != number), np.flatnonzero(numbers == number)


def by_time(examples: Sequence[Example]) -> tuple[list[Example], list[Example]]:
    """Split into earlier and later clips so that no prompt is in both: a prompt counts from its first."""
    first: dict[str, str] = {}
    for example in sorted(examples, key=lambda example: example.rated_at):
        first.setdefault(example.prompt, example.rated_at)
    order = sorted(first, key=lambda prompt: (first[prompt], prompt))
    later = set(order[len(order) - int(len(order) * KEPT_APART) :])
    earlier = [example for example in examples if example.prompt not in later]
    return earlier, [example for example in examples if example.prompt in later]


def judged(predictor: Predictor, examples: Sequence[Example]) -> Figures:
    """Compare a predictor with clips it has not seen."""
    points = predictor.points([e.prompt for e in examples], [e.provider for e in examples])
    chances = predictor.chances(predictor.process.foretell(points))
    return Figures.of(chances, np.array([example.passed >= 0.5 for example in examples]))


@dataclass(frozen=True, slots=True)
class Standing:
    """What a project's predictor has earned. ``figures`` are those of the time split, once there is one.

    ``level`` moves the prior's chances, in log-odds, to the share that passed so far.
    """

    labels: int
    figures: Figures | None
    gate: bool
    reason: str
    level: float = 0.0

    @property
    def is_prior(self) -> bool:
        """Whether only public ratings speak."""
        return self.labels < PRIOR_ONLY_BELOW


def learn_and_judge(
    examples: Sequence[Example], encoder: Encoder, prior: Predictor, version: str
) -> tuple[Predictor, Standing]:
    """Learn from a project's ratings, and say what the result is good for.

    Below 40 labels, or while they cannot be learned from, it is the prior that speaks.
    """
    labels = len(examples)
    if labels < PRIOR_ONLY_BELOW:
        reason = _too_few(labels, PRIOR_ONLY_BELOW)
        return prior, Standing(labels, None, gate=False, reason=reason, level=own_level(prior, examples))
    try:
        predictor = learn(examples, encoder, version=version, prior=prior)
        earlier, later = by_time(examples)
        rehearsal = learn(earlier, encoder, version=version, prior=prior, kernel=predictor.process.kernel)
    except UnusableInputError as error:
        level = own_level(prior, examples)
        return prior, Standing(labels, None, gate=False, reason=error.message, level=level)
    figures = judged(rehearsal, later)
    gate, reason = earned(labels, figures)
    return predictor, Standing(labels, figures, gate, reason)


def own_level(prior: Predictor, examples: Sequence[Example]) -> float:
    """Say how much stricter or kinder the user is than the prior's raters, in log-odds."""
    if not examples:
        return 0.0
    points = prior.points([e.prompt for e in examples], [e.provider for e in examples])
    chances = prior.chances(prior.process.foretell(points))
    return calibration.level(chances, np.array([example.passed >= 0.5 for example in examples]))


def earned(labels: int, figures: Figures) -> tuple[bool, str]:
    """Decide whether the gate may stop clips, and say why."""
    if labels < GATE_FROM_LABELS:
        return False, _too_few(labels, GATE_FROM_LABELS)
    if figures.auc is None or figures.auc < GATE_LEAST_AUC:
        said = "one kind of label only" if figures.auc is None else f"AUC {figures.auc:.2f}"
        return False, f"On later clips it reached {said}; the gate needs AUC {GATE_LEAST_AUC}."
    if figures.calibration_error > GATE_LARGEST_ERROR:
        error = figures.calibration_error
        return (
            False,
            f"On later clips its chances are off by {error:.3f}; at most {GATE_LARGEST_ERROR} will do.",
        )
    return True, (
        f"Earned on {figures.count} later clips: AUC {figures.auc:.2f}, "
        f"calibration error {figures.calibration_error:.3f}."
    )


def _too_few(labels: int, needed: int) -> str:
    return f"{labels} of {needed} ratings."


def z_scored(scores: Sequence[tuple[str, float]]) -> list[float]:
    """Take each reviewer's habit out of (reviewer, score): their mean and spread become everybody's."""
    overall = [score for _, score in scores]
    if not overall:
        return []
    centre, width = mean(overall), pstdev(overall)
    habit: dict[str, Callable[[float], float]] = {}
    for reviewer in {name for name, _ in scores}:
        own = [score for name, score in scores if name == reviewer]
        habit[reviewer] = _habit(mean(own), pstdev(own), centre, width, len(own))
    return [habit[name](score) for name, score in scores]


def _habit(own: float, spread: float, centre: float, width: float, count: int) -> Callable[[float], float]:
    """Correct in proportion to how much is known of the reviewer; half at five ratings."""
    trust = count / (count + 5)
    stretch = 1.0 if not spread else (1 - trust) + trust * width / spread
    return lambda score: (1 - trust) * own + trust * centre + (score - own) * stretch
