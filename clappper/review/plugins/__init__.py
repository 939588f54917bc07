"""Measures that are off until a person asks for them by name."""

NAMES = ("bleu", "perplexity", "bertscore", "fvd")
"""As in the setting ``metric_plugins``."""
