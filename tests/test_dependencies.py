"""What is declared is what is imported, no more and no less, and each has its exact version."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable, Mapping
from importlib.metadata import packages_distributions

import pytest

from tests.builders import ROOT

OWN = {"survey", "tests", "bench", "demo"}
NOT_IMPORTED = {"tzdata": "zoneinfo reads it where the system has no time zones"}
ONLY_RUN = {
    "hatchling": r"from hatchling\.build import",
    "mypy": r"/mypy\b",
    "pip-audit": r'"pip_audit"',
    "pytest-xdist": r"-m pytest -n 2",
    "ruff": r"/ruff check",
}
"""Packages of the test extra that no module imports, and where they are run in the Makefile or the tests."""

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(requirements: Iterable[str]) -> set[str]:
    """Return the names of packages in a list of requirements."""
    return {normalized(re.split(r"[\[<>=!~; ]", one, maxsplit=1)[0]) for one in requirements}


def sources(*folders: str) -> list[str]:
    return [path.read_text("utf-8") for folder in folders for path in (ROOT / folder).rglob("*.py")]


def imported(texts: Iterable[str], providers: Mapping[str, list[str]]) -> set[str]:
    """Return the packages behind all that is imported, wherever it stands; the name itself where unknown."""
    tops = set()
    for text in texts:
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                tops |= {name.name.split(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                tops.add(node.module.split(".")[0])
    outside = tops - set(sys.stdlib_module_names) - OWN
    return {normalized(name) for top in outside for name in providers.get(top, [top])}


PROVIDERS = packages_distributions()
NEEDED = declared(PROJECT["dependencies"])
FOR_TESTS = declared(PROJECT["optional-dependencies"]["test"])
FOR_PAPER = declared(PROJECT["optional-dependencies"]["paper"])
FOR_SMS = declared(PROJECT["optional-dependencies"]["sms"])


def test_what_the_programme_imports_is_declared_and_nothing_else() -> None:
    assert imported(sources("survey"), PROVIDERS) == NEEDED - set(NOT_IMPORTED) | FOR_PAPER | FOR_SMS
    assert set(NOT_IMPORTED) <= NEEDED


def test_what_an_extra_brings_is_imported_in_its_channel() -> None:
    """All other commands and pages do without, and begin no slower for it."""
    outside = [
        path.read_text("utf-8") for path in (ROOT / "survey").rglob("*.py") if "channels" not in path.parts
    ]
    assert imported(outside, PROVIDERS).isdisjoint(FOR_PAPER | FOR_SMS)


def test_what_runs_beside_it_needs_nothing_more() -> None:
    assert imported(sources("demo"), PROVIDERS) <= NEEDED
    assert imported(sources("deploy"), PROVIDERS) <= NEEDED | declared(
        PROJECT["optional-dependencies"]["build"]
    )


def test_what_tests_import_besides_is_their_extra() -> None:
    assert imported(sources("tests", "bench"), PROVIDERS) - NEEDED - FOR_PAPER == FOR_TESTS - set(ONLY_RUN)


@pytest.mark.parametrize("package", ONLY_RUN)
def test_what_is_only_run_is_run(package: str) -> None:
    assert package in FOR_TESTS
    where = ("Makefile", "tests/audit_dependencies.py", "tests/test_wheel.py")
    assert any(re.search(ONLY_RUN[package], (ROOT / name).read_text("utf-8")) for name in where)


def test_no_package_is_declared_for_both() -> None:
    assert NEEDED.isdisjoint(FOR_TESTS | FOR_PAPER | FOR_SMS)
    assert FOR_PAPER.isdisjoint(FOR_TESTS | FOR_SMS)
    assert FOR_SMS.isdisjoint(FOR_TESTS)


def test_exact_versions_cover_what_is_declared() -> None:
    def locked(name: str) -> dict[str, str]:
        found = re.findall(r"^([\w.-]+)(?:\[\w+\])?==(\S+)", (ROOT / name).read_text("utf-8"), re.MULTILINE)
        return {normalized(package): version for package, version in found}

    running, testing = locked("constraints.txt"), locked("constraints-test.txt")
    reading = locked("constraints-paper.txt")
    assert running.keys() >= NEEDED
    assert running.keys().isdisjoint(FOR_TESTS - declared(PROJECT["optional-dependencies"]["build"]))
    assert running.keys().isdisjoint(FOR_PAPER | FOR_SMS)
    assert reading.keys() >= NEEDED | FOR_PAPER | FOR_SMS
    assert testing.keys() >= NEEDED | FOR_TESTS | FOR_PAPER | FOR_SMS
    assert running.items() <= reading.items() <= testing.items()


@pytest.mark.parametrize(
    ("text", "package"),
    [
        ("import openpyxl", "openpyxl"),
        ("def f():\n    from PIL.Image import open", "pillow"),
        ("if True:\n    import flask.json as j, nowhere", "nowhere"),
        ("from .local import x\nimport survey.web\nimport os.path", None),
    ],
)
def test_an_import_is_found_wherever_it_stands(text: str, package: str | None) -> None:
    found = imported([text], PROVIDERS)
    assert package in found if package else not found
    assert bool(found - NEEDED) is (package in ("openpyxl", "nowhere"))
