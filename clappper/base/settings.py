"""What a person may set: one model, kept as TOML in the user's folder.

Every field has a default and a sentence that becomes its tooltip. ``CLAPPPER_<NAME>`` in the environment
overrides one for this run. Keys that this version does not know stay in the file.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from clappper.base.errors import ClappperError, UnusableInputError

FILE = "settings.toml"
PREFIX = "CLAPPPER_"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def _address(value: str) -> str:
    """Take an http(s) address without a slash at its end; empty stays empty."""
    parts = urlsplit(value)
    if (value and not (parts.scheme in {"http", "https"} and parts.hostname)) or parts.username:
        raise ValueError("must be an address such as https://api.example.com")
    return value.rstrip("/")


def _service(value: str) -> str:
    """A key is sent there, so it is encrypted on its way, or does not leave this machine."""
    parts = urlsplit(_address(value))
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("must begin with https://, because a key is sent there")
    return value.rstrip("/")


def _listed(value: object) -> object:
    """Read a list that the environment gives as one text with commas."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


Service = Annotated[str, AfterValidator(_service)]
OwnServer = Annotated[str, AfterValidator(_address)]
Origins = Annotated[tuple[OwnServer, ...], BeforeValidator(_listed)]
MetricPlugins = Annotated[
    tuple[Literal["bleu", "perplexity", "bertscore", "fvd"], ...], BeforeValidator(_listed)
]


class Settings(BaseModel):
    """Addresses of services, servers of the user's own, and limits; each field says its unit."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    theme: str = Field(
        default="dark",
        pattern="^(dark|light|system)$",
        description="The windows' colours; system follows the desktop.",
    )
    projects_folder: str = Field(
        default="", description="Where new projects are made. Empty: Clappper in your home folder."
    )
    replicate_base_url: Service = Field(
        default="https://api.replicate.com", description="Replicate's host, without /v1."
    )
    runway_base_url: Service = Field(
        default="https://api.dev.runwayml.com", description="Runway's host, without /v1."
    )
    luma_base_url: Service = Field(
        default="https://agents.lumalabs.ai/v1", description="Luma Agents' address, with /v1."
    )
    luma_dream_machine_base_url: Service = Field(
        default="https://api.lumalabs.ai/dream-machine/v1",
        description="Luma Dream Machine's address, with /v1.",
    )
    fal_queue_url: Service = Field(
        default="https://queue.fal.run",
        description="fal's queue.",
    )
    fal_rest_url: Service = Field(
        default="https://rest.fal.ai", description="fal's storage, for files to work from."
    )
    fal_platform_url: Service = Field(
        default="https://api.fal.ai/v1", description="fal's list of models, with /v1, for their fields."
    )
    comfyui_url: OwnServer = Field(
        default="", description="Your ComfyUI server, usually http://127.0.0.1:8188. Empty: none."
    )
    comfyui_workflows: str = Field(
        default="",
        description="A folder with workflows of your own in API format. Empty: only those that ship.",
    )
    cosmos_url: OwnServer = Field(
        default="", description="Your Cosmos NIM container, usually http://127.0.0.1:8000. Empty: none."
    )
    cosmos_dialect: str = Field(
        default="auto",
        pattern="^(auto|generator|predict|transfer)$",
        description="What the Cosmos container speaks: auto asks it; generator is 4.x, the others are 3.x.",
    )
    cosmos_usd_per_gpu_hour: float = Field(
        default=0.0, ge=0, description="What an hour of that GPU costs you, in US dollars."
    )
    cosmos_hosted: bool = Field(
        default=False,
        description="Use NVIDIA's hosted Cosmos with an NVIDIA key. Experimental.",
    )
    cosmos_hosted_url: Service = Field(
        default="https://ai.api.nvidia.com/v1/cosmos/nvidia", description="NVIDIA's hosted Cosmos models."
    )
    cosmos_hosted_status_url: Service = Field(
        default="https://api.nvcf.nvidia.com/v2/nvcf/pexec/status",
        description="Where NVIDIA's hosted Cosmos is asked how far it is.",
    )
    llm_base_url: OwnServer = Field(
        default="",
        description="A language model for second opinions, e.g. http://127.0.0.1:11434/v1. Empty: none.",
    )
    llm_model: str = Field(
        default="",
        description="The language model's name at that address.",
    )
    local_3d: bool = Field(
        default=True,
        description="Make exact product shots in 3D on this machine where a renderer is installed.",
    )
    ovrtx_python: str = Field(
        default="", description="The Python of an environment that holds ovrtx and ovstage. Empty: none."
    )
    omniverse_python: str = Field(
        default="",
        description="A Python that holds the Omniverse client, for omniverse:// scenes. Empty: the own one.",
    )
    kit_app_dir: str = Field(
        default="", description="The folder of a built Omniverse Kit app, with kit/ and apps/. Empty: none."
    )
    blender: str = Field(default="", description="Blender's program, 4.2 or newer. Empty: looked for.")
    composer_app: str = Field(
        default="",
        description="USD Composer, built or packaged: its .kit.sh or .kit.bat. Empty: none.",
    )
    webhook_url: Service = Field(
        default="",
        description="A public https address, as a tunnel gives, that leads to the port below: Replicate and "
        "fal then say at once when a clip is done. Empty: they are asked now and then. "
        "Holds from the next opening of a project.",
    )
    webhook_port: int = Field(
        default=8377, ge=1, le=65535, description="The port of this machine that your tunnel leads to."
    )
    own_origins: Origins = Field(
        default=(),
        description="Servers of your own that clips may be fetched from, although they are private.",
    )
    metric_plugins: MetricPlugins = Field(
        default=(),
        description="More to measure of each clip: bleu, perplexity, bertscore, fvd. Empty: none. "
        "Holds from the next opening of a project.",
    )
    proxy: OwnServer = Field(
        default="",
        description="An HTTP proxy for all of the above. Empty: none.",
    )
    largest_download_mb: int = Field(
        default=2000, ge=1, description="The largest file to fetch, in megabytes."
    )


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """Somebody has saved other settings."""

    settings: Settings


class SettingsFile:
    """The settings in a user's folder."""

    def __init__(self, folder: Path, environ: Mapping[str, str] | None = None) -> None:
        self.path = folder / FILE
        self._environ = os.environ if environ is None else environ

    def load(self) -> Settings:
        """Read the file and the environment over it; what neither says is at its default.

        Raises:
            UnusableInputError: the file is no TOML, or a value does not fit.
        """
        said = {name: self._environ[PREFIX + name.upper()] for name in self._overridden()}
        return self._validated(self._raw() | said)

    def save(self, **changes: Any) -> Settings:
        """Change some settings in the file and keep all else that is in it.

        Raises:
            UnusableInputError: a value does not fit; the file is as it was.
            ClappperError: the file cannot be written.
        """
        raw = self._raw() | changes
        settings = self._validated(raw)
        self._write({name: raw[name] for name in raw if raw[name] is not None})
        return settings

    def _overridden(self) -> list[str]:
        return [name for name in Settings.model_fields if PREFIX + name.upper() in self._environ]

    def _raw(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise UnusableInputError(
                f"The settings in {self.path} cannot be read: {error}", "Mend the file, or move it away."
            ) from error

    def _validated(self, raw: Mapping[str, Any]) -> Settings:
        try:
            return Settings.model_validate(raw)
        except ValidationError as error:
            first = error.errors()[0]
            name, reason = first["loc"][0], first["msg"].removeprefix("Value error, ")
            raise UnusableInputError(
                f"The setting {name} cannot be {first['input']!r}: it {_sentence(reason)}.",
                f"Change it in {self.path} or in {PREFIX}{str(name).upper()}.",
            ) from error

    def _write(self, raw: Mapping[str, Any]) -> None:
        import tomli_w

        part = self.path.with_name(f".{self.path.name}.part")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(tomli_w.dumps(dict(raw)), encoding="utf-8")
            part.replace(self.path)
        except OSError as error:
            raise ClappperError(
                f"The settings cannot be written to {self.path}: {error.strerror}."
            ) from error
        finally:
            part.unlink(missing_ok=True)


def _sentence(reason: str) -> str:
    return reason if reason.startswith("must") else f"does not fit ({reason[:1].lower()}{reason[1:]})"
