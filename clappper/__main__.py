"""Entry point of the program, and of the child processes of a frozen one."""

from multiprocessing import freeze_support


def main() -> None:
    freeze_support()
    from clappper.cli.commands import cli

    cli()


if __name__ == "__main__":
    main()
