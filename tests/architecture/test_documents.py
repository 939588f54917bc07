"""What the documents name exists: files, modules, classes, fields, commands, make's targets."""

import re
from functools import cache
from pathlib import Path, PurePosixPath

import click
import pytest

from clappper.cli.commands import cli
from clappper.cli.edit_command import edit_command

ROOT = Path(__file__).parents[2]
DOCUMENTS = ("ARCHITECTURE.md", "README.md", "CONTRIBUTING.md")
PARTS = ("clappper", "resources", "tests", "tools", "benchmarks", "docs", ".ci")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def named(document: str) -> list[str]:
    """List what stands in backticks outside of blocks of code."""
    text = FENCE.sub("", (ROOT / document).read_text(encoding="utf-8"))
    return sorted(set(re.findall(r"`([^`\n]+)`", text)))


@cache
def files() -> tuple[str, ...]:
    """List all files and folders of the repository, relative to it."""
    found = [path for part in PARTS for path in (ROOT / part).rglob("*") if "__pycache__" not in path.parts]
    return tuple(path.relative_to(ROOT).as_posix() for path in [*found, *ROOT.iterdir()])


@cache
def sources() -> dict[str, str]:
    """Give the text of every module by its path."""
    return {name: (ROOT / name).read_text(encoding="utf-8") for name in files() if name.endswith(".py")}


def is_file(token: str) -> bool:
    """Tell whether a path ends one of the repository, or is one that the program writes."""
    wanted = token.strip("/")
    pattern = re.compile("(.*/)?" + re.sub(r"<\w+>|\\\*", "[^/]+", re.escape(wanted)) + r"(\.py)?")
    written = f'"{PurePosixPath(wanted).name}"'
    return any(pattern.fullmatch(name) for name in files()) or any(
        written in text for name, text in sources().items() if name.startswith("clappper/")
    )


def is_member(token: str) -> bool:
    """Tell whether a module or a class has a member of that name, or a brief such a field."""
    owner, _, name = token.partition("(")[0].rpartition(".")
    module = f"/{owner.replace('.', '/')}.py"
    a_class = re.compile(rf"(?m)^class {re.escape(owner.rpartition('.')[2])}\b")
    member = re.compile(rf"(?m)^\s*((async )?def|class) {name}\b|^\s*{name}\b[^\n]*[=:]|self\.{name}\b")
    fields = (rf"(?m)^    {part}:" for part in token.split("."))
    return any(
        (f"/{file}".endswith(module) or a_class.search(text)) and member.search(text)
        for file, text in sources().items()
        if name in text
    ) or all(re.search(field, sources()["clappper/brief/schema.py"]) for field in fields)


def is_class(token: str) -> bool:
    return any(re.search(rf"(?m)^class {token}\b", text) for text in sources().values())


def is_command(token: str) -> bool:
    """Tell whether the command line has this command; what is not in lower case is an argument."""
    command: click.Command | None = click.Group(commands={**cli.commands, "edit": edit_command(lambda _: 0)})
    for word in token.split()[1:]:
        if not isinstance(command, click.Group) or not re.fullmatch("[a-z][a-z-]*", word):
            break
        command = command.commands.get(word)
    return command is not None


def is_target(token: str) -> bool:
    return f"\n{token.split()[1]}:" in (ROOT / "Makefile").read_text(encoding="utf-8")


KINDS = {
    r"[\w.-]*(/[\w.<>*-]*)+|[\w.-]+\.(py|md|toml|json|npz|db|spec|qss)": is_file,
    r"[\w./]*\w\.[A-Za-z_]\w*(\(.*)?": is_member,
    r"[A-Z][a-z]+[A-Za-z]*": is_class,
    r"clappper( .*)?": is_command,
    r"make [a-z].*": is_target,
}


def is_true(token: str) -> bool:
    """Tell whether what is named exists, as any kind of thing that it may be; other words name nothing."""
    checks = [check for pattern, check in KINDS.items() if re.fullmatch(pattern, token)]
    return not checks or any(check(token) for check in checks)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_a_document_names_exists(document: str) -> None:
    assert [token for token in named(document) if not is_true(token)] == []


@pytest.mark.parametrize(
    "gone",
    [
        "flow/nought.py",
        "nought/",
        "catalog.Nought",
        "Studio.nought",
        "Nought",
        "product.nought",
        "clappper nought",
        "make nought",
    ],
)
def test_what_is_nowhere_is_noticed(gone: str) -> None:
    assert not is_true(gone)
