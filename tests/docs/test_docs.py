"""What the documentation says of the code is there."""

import importlib.util
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import click
import pytest

from tests.docs import names

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
CODE = re.compile(r"`([^`]+)`")


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    """The script that fills the generated parts."""
    spec = importlib.util.spec_from_file_location("docs_hook", ROOT / "scripts" / "docs_hook.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _names() -> set[str]:
    """What is called so in the code: names, codes, words shown to people, what packs hold. No comment, no docstring."""
    found: set[str] = set()
    for path in (ROOT / "src" / "upstander").rglob("*.py"):
        found |= names.of_python(path.read_text())
    for path in (ROOT / "packs").rglob("*.toml"):
        found |= names.of_toml(path.read_text())
    return found


def _rows(page: str) -> Iterator[list[str]]:
    for line in (DOCS / page).read_text().splitlines():
        if line.startswith("| ") and not line.startswith("|---"):
            yield [cell.strip() for cell in line.strip().strip("|").split("|")]


def test_every_name_in_the_glossary_is_in_the_code() -> None:
    known = _names()
    named = [name for row in _rows("glossary.md") for name in CODE.findall(row[-1])]

    assert len(named) > 60
    assert [name for name in named if name not in known] == []


def test_a_word_in_a_comment_or_a_docstring_is_no_name() -> None:
    code = '"""Says horse."""\n# and cow\ndef sheep(goat):\n    """A pig."""\n'
    code += '    return _("a duck %(n)s"), {"hen": goat.goose}, "not a name"\n'

    assert names.of_python(code) == {"sheep", "goat", "_", "a", "duck", "n", "s", "hen", "goose"}


def test_every_dependency_has_its_line() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    listed = [*project["dependencies"], *(r for extra in project["optional-dependencies"].values() for r in extra)]
    wanted = {re.match(r"[\w-]+", requirement)[0] for requirement in listed}  # type: ignore[index]
    told = {row[0] for row in _rows("dependencies.md") if row[0] != "package"}

    assert told == wanted


def test_every_line_of_the_dependencies_says_why_and_under_which_licence() -> None:
    for row in _rows("dependencies.md"):
        assert len(row) == 4 and all(row), row


def test_the_configuration_page_has_every_variable(hook: ModuleType) -> None:
    from upstander.config import Config, described

    page = hook.configuration()

    assert len(described()) == len(Config.model_fields) + 1
    for name, _default, words in described():
        assert words, f"{name} has no description"
        assert f"| `{name}` |" in page


def _commands(command: click.Command, path: str) -> Iterator[str]:
    """Every command and sub-command, as whoever types it finds it."""
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None, f"{path} {name} is listed and not there"
            if not inner.hidden:
                yield f"{path} {name}"
                yield from _commands(inner, f"{path} {name}")


def test_the_command_page_has_every_command(hook: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    from upstander.cli import cli

    monkeypatch.setattr("sys.argv", ["upstander", "--help"])  # nobody runs one: no database is looked for
    page, every = hook.commands(), list(_commands(cli, "upstander"))

    assert len(every) > 30
    assert [command for command in every if f"`{command}`" not in page] == []


def test_the_api_page_has_every_path(hook: ModuleType) -> None:
    """Each address of the public origin under /api/ answers in the document, and each line of the document is on the page."""
    from upstander.intake import urls
    from upstander.intake.channels.openapi import document

    page, told = hook.api(), json.loads(document())["paths"]
    described = [p for p in urls.urlpatterns if p.name not in ("api-openapi", "api-nothing")]
    served = [str(p.pattern).strip("^$") for p in described if "api/" in str(p.pattern)]
    patterns = [re.sub(r"\{\w+\}", "1", path).lstrip("/") for path in told]

    assert len(told) > 4
    assert [address for address in served if not any(re.fullmatch(address, path) for path in patterns)] == []
    assert [(m, p) for p, methods in told.items() for m in methods if f"`{m.upper()} {p}`" not in page] == []


def test_every_path_that_the_pages_name_exists() -> None:
    pages = [*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "assets" / "README.md"]
    gone = {
        f"{page.relative_to(ROOT)}: {path}"
        for page in pages
        for path in names.paths(page.read_text())
        if not names.exists(path, ROOT, page.parent)
    }

    assert gone == set()


def test_a_path_that_is_gone_would_be_noticed() -> None:
    text = "`src/upstander/nothing.py`, `desk/{urls,nowhere}.py`, `lost.toml`, `DATA/keys`, `/api/v1/tips`, `a/b or c`"

    assert [p for p in names.paths(text) if not names.exists(p, ROOT, DOCS)] == [
        "src/upstander/nothing.py", "desk/nowhere.py", "lost.toml",
    ]  # fmt: skip


def test_every_id_that_a_test_carries_is_a_requirement(hook: ModuleType) -> None:
    known = hook.requirements()
    unknown = {marker: tests for marker, tests in hook.marked().items() if not hook.requirement_of(marker, known)}

    assert len(known) > 50
    assert unknown == {}


def test_no_paragraph_of_the_directive_is_without_a_test(hook: ModuleType) -> None:
    traces = hook.traces()

    assert len(traces) > 50
    assert [t.paragraph.id for t in traces if not t.tests] == []


def test_every_paragraph_that_a_screen_names_is_one(hook: ModuleType) -> None:
    known = {t.paragraph.id for t in hook.traces()} | set(hook.requirements())

    assert {id: names for id, names in hook.screens().items() if id not in known} == {}


def test_the_page_of_the_directive_leads_from_paragraph_to_rule_to_test_to_screen(hook: ModuleType) -> None:
    page = hook.directive()
    line = next(row for row in page.splitlines() if ">D-IV.A.2.a.1<" in row)

    assert "`call_psap`" in line and "test_" in line and ".html" in line


def test_the_requirements_page_names_the_tests(hook: ModuleType) -> None:
    page = hook._with_tests((DOCS / "requirements.md").read_text())
    line = next(row for row in page.splitlines() if row.startswith("| D-IV.A.2.a.1 |"))

    assert "test_" in line
    assert line.count("|") == 4


def test_every_page_is_in_the_navigation_or_a_decision() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text()
    pages = {str(p.relative_to(DOCS)) for p in DOCS.rglob("*.md")}

    assert sorted(p for p in pages if p not in navigation and not re.match(r"decisions/0\d{3}-", p)) == []


def test_every_decision_has_a_number_of_its_own() -> None:
    numbers = [p.name[:4] for p in (DOCS / "decisions").glob("0*.md")]

    assert sorted(numbers) == sorted(set(numbers))


def test_variables_that_the_pages_name_exist() -> None:
    from upstander.config import described

    known = {name for name, *_ in described()} | {"UPSTANDER_TEST_DB", "UPSTANDER_CHROMIUM"}  # the last two: of the tests only
    for page in [*DOCS.rglob("*.md"), ROOT / "README.md"]:
        named = set(re.findall(r"\bUPSTANDER_[A-Z_]+\b", page.read_text()))
        assert named <= known, f"{page.relative_to(ROOT)}: {named - known}"


def test_the_site_asks_nothing_of_others() -> None:
    settings = (ROOT / "mkdocs.yml").read_text()

    assert "font: false" in settings
    assert "analytics" not in settings
    assert "http" not in settings

