"""What preflight has to say about a brief, and what it needs to know from outside to say it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from clappper.brief.fixes import Fix
from clappper.brief.schema import AdBrief, Scene
from clappper.providers.contract import Capabilities, Estimate


class Severity(StrEnum):
    """How much a finding weighs: a must-fix stops the brief."""

    MUST_FIX = "must_fix"
    WARNING = "warning"
    SUGGESTION = "suggestion"


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark about a brief. ``field`` is a path such as ``scenes[1].camera``.

    ``score_delta`` is what the fix alone would do to the overall score; None where there is no fix or
    nobody has asked.
    """

    code: str
    severity: Severity
    message: str
    field: str
    fix: Fix | None = None
    score_delta: int | None = None


@dataclass(frozen=True)
class PreflightContext:
    """What is known beside the brief. Everything is optional: what is unknown is not judged.

    ``capabilities`` tells, by scene id, what the model that will make the scene can do. ``file_exists``
    answers for paths as the brief writes them. ``predict`` gives the chance, 0 to 1, that people will
    pass the result, or None where it cannot tell. ``titles_fit`` reports words that do not fit their place,
    ``reviewed`` what people found wrong with clips made from it.
    """

    capabilities: Mapping[str, Capabilities] = field(default_factory=lambda: MappingProxyType({}))
    estimate: Callable[[AdBrief], Estimate] | None = None
    predict: Callable[[AdBrief], float | None] | None = None
    titles_fit: Callable[[AdBrief], tuple[Finding, ...]] | None = None
    reviewed: Callable[[AdBrief], tuple[Finding, ...]] | None = None
    file_exists: Callable[[str], bool] | None = None

    def model_for(self, scene: Scene) -> Capabilities | None:
        """Give what will make the scene; a part of a split scene is made by what makes the whole."""
        whole = scene.id.rpartition("-")[0]
        return self.capabilities.get(scene.id) or self.capabilities.get(whole)

    def is_generative(self, scene: Scene) -> bool:
        """Tell whether a model imagines this scene from its words."""
        model = self.model_for(scene)
        return model is not None and model.generative
