"""How many words and phrases a prompt shares with a reference description: BLEU (Papineni et al., 2002).

The number is sacrebleu's for a sentence, 0 to 100; its signature (Post, 2018) is given along, because BLEU
without it cannot be compared.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

from clappper.review.plugins.material import Material
from clappper.review.scorers.score import Metric, Score, impossible

VERSION = "1"
METRICS = (Metric("bleu", "BLEU with the reference description"),)
HOW = 'install the extra with pip install "clappper[plugins]"'


def measure(given: Material) -> tuple[Score, ...]:
    if not given.prompt.strip():
        return impossible(METRICS, "there is no prompt to compare.")
    if not given.reference.strip():
        return impossible(
            METRICS, "there is no reference description; give one to clappper metrics with --reference TEXT."
        )
    if lacking := missing(given.models):
        return impossible(METRICS, lacking)
    from sacrebleu.metrics.bleu import BLEU

    bleu = BLEU(effective_order=True)
    value = bleu.sentence_score(given.prompt, [given.reference]).score
    return (Score("bleu", float(f"{value:.6g}"), f"sacrebleu {bleu.get_signature()}"),)


def missing(_: Path) -> str:
    """Say what has to be installed; nothing where all is here."""
    return "" if importlib.util.find_spec("sacrebleu") else f"sacrebleu must be installed; {HOW}."
