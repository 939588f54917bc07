"""Entry point of the program."""


def main() -> None:
    from clappper.cli.commands import cli

    cli()


if __name__ == "__main__":
    main()
