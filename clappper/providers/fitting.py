"""Whether a request suits a model: compared with what the model declares, before anything is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clappper.base.errors import UnusableInputError
from clappper.providers.contract import Capabilities, GenRequest, Issue, Role


def fits(request: GenRequest, model: Capabilities) -> tuple[Issue, ...]:
    """Compare a request with what a model declares; the one check that every adapter's validate uses."""
    issues: list[Issue] = []
    shortest, longest = model.seconds
    if request.kind not in model.kinds:
        issues.append(Issue("kind", f"{model.model} does not make {request.kind}."))
    if not shortest <= request.seconds <= longest:
        issues.append(
            Issue("seconds", f"{model.model} makes {shortest:g} to {longest:g} s, not {request.seconds:g} s.")
        )
    if model.aspects and request.aspect not in model.aspects:
        issues.append(
            Issue("aspect", f"{model.model} makes {', '.join(model.aspects)}, not {request.aspect}.")
        )
    if model.fps and request.fps not in model.fps:
        rates = ", ".join(f"{rate:g}" for rate in model.fps)
        issues.append(Issue("fps", f"{model.model} makes {rates} fps, not {request.fps:g}."))
    if (model.max_width and request.width > model.max_width) or (
        model.max_height and request.height > model.max_height
    ):
        largest = f"{model.model} makes at most {model.max_width}x{model.max_height} pixels."
        issues.append(Issue("width", largest, blocking=not (model.resolutions or model.sizes)))
    if model.max_prompt_characters and prompt_length(request.prompt, model) > model.max_prompt_characters:
        issues.append(Issue("prompt", f"{model.model} reads {model.max_prompt_characters} characters."))
    references = sum(file.role in {Role.REFERENCE, Role.PRODUCT} for file in request.files)
    if references > model.max_references:
        issues.append(Issue("files", f"{model.model} takes {model.max_references} reference pictures."))
    issues.extend(
        Issue(f"extra.{name}", f"{model.model} does not know the option {name}.")
        for name in sorted(set(request.extra) - set(model.extra_fields))
    )
    return (*issues, *_left_out(request, model))


def _left_out(request: GenRequest, model: Capabilities) -> Iterator[Issue]:
    """Name what is asked for in vain, without standing in the way."""
    for name, is_asked, is_offered, what in (
        ("prompt", bool(request.prompt), model.reads_prompt, "moves the picture without reading the prompt"),
        ("negative", bool(request.negative), model.negative, "ignores negative prompts"),
        ("seed", bool(request.seed), model.seed, "ignores seeds"),
        ("audio", request.audio, model.audio, "makes no sound"),
        ("loop", request.loop, model.loop, "does not close loops"),
    ):
        if is_asked and not is_offered:
            yield Issue(name, f"{model.model} {what}.", blocking=False)
    made = made_seconds(request.seconds, model)
    if model.seconds[0] <= request.seconds < made:
        longer = f"{model.model} makes {made:g} s of it; what is not needed is cut off."
        yield Issue("seconds", longer, blocking=False)


def made_seconds(seconds: float, model: Capabilities) -> float:
    """Give the length that a model makes when ``seconds`` are needed: the next one it has, or its longest."""
    longest = max(model.durations, default=seconds)
    return min((length for length in model.durations if length >= seconds), default=longest)


def prompt_length(prompt: str, model: Capabilities) -> int:
    """Count a prompt in the model's own unit."""
    return len(prompt.encode("utf-16-le")) // 2 if model.prompt_unit == "utf16" else len(prompt)


def demand_valid(issues: Iterable[Issue]) -> None:
    """Let nothing be sent that a provider's ``validate`` found to stand in the way.

    Raises:
        UnusableInputError: the first blocking issue.
    """
    for issue in issues:
        if issue.blocking:
            raise UnusableInputError(issue.message)
