"""The services that ask for a key, by the name that the key is kept under, and where else it may come from.

A provider is called as its service is, or as it with something behind a ``_``: ``cosmos_hosted`` uses the
key of ``cosmos``.
"""

from __future__ import annotations

from clappper.base.errors import UnusableInputError
from clappper.base.secrets import KeyName

KEYS = {
    key.service: key
    for key in (
        KeyName("replicate", ("REPLICATE_API_TOKEN",)),
        KeyName("runway", ("RUNWAYML_API_SECRET",)),
        KeyName("luma", ("LUMA_AGENTS_API_KEY",)),
        KeyName("luma_dream_machine", ("LUMAAI_API_KEY",)),
        KeyName("fal", ("FAL_KEY", "FAL_KEY_ID:FAL_KEY_SECRET")),
        KeyName("cosmos", ("NVIDIA_API_KEY", "NGC_API_KEY")),
        KeyName("llm", ("CLAPPPER_LLM_API_KEY",)),
    )
}
"""Every key there is. The language model's may go to a server of anybody's, so no other program's is used."""


def key_named(service: str) -> KeyName:
    """Find a key.

    Raises:
        UnusableInputError: no service of this name asks for one.
    """
    if service not in KEYS:
        raise UnusableInputError(f"No service {service} asks for a key.", f"Choose from: {', '.join(KEYS)}.")
    return KEYS[service]


def service_of(provider: str) -> str:
    """Say which service's key a provider uses; empty where it needs none."""
    fitting = [name for name in KEYS if provider == name or provider.startswith(f"{name}_")]
    return max(fitting, key=len, default="")
