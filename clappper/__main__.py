"""Entry point of the program, and of the child processes of a frozen one: joins command line and windows."""

from multiprocessing import freeze_support
from pathlib import Path


def main() -> None:
    freeze_support()
    from clappper.cli.commands import cli
    from clappper.cli.edit_command import edit_command

    cli.add_command(edit_command(_launch))
    cli()


def _launch(project: Path | None) -> int:
    from clappper.ui.launch import launch

    return launch(project)


if __name__ == "__main__":
    main()
