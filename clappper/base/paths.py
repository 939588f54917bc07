"""Where things live on this machine. Nothing here creates a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


def resource(*parts: str) -> Path:
    """Find a file of ``resources/``: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "resources"
    return (installed if installed.is_dir() else package.parent / "resources").joinpath(*parts)


@dataclass(frozen=True, slots=True)
class AppPaths:
    """The user's own folders for this program."""

    config: Path
    cache: Path
    models: Path
    logs: Path

    @classmethod
    def of_user(cls) -> AppPaths:
        from platformdirs import PlatformDirs

        dirs = PlatformDirs("clappper", appauthor=False)
        return cls(
            config=dirs.user_config_path,
            cache=dirs.user_cache_path,
            models=dirs.user_data_path / "models",
            logs=dirs.user_log_path,
        )
