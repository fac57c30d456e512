"""Imports go down only: a walk through every module's imports."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "survey"
MODULES = sorted(PACKAGE.rglob("*.py"))
FLOORS = {
    "domain": 0,
    "secrecy": 1,
    "storage": 1,
    "documents": 1,
    "channels": 1,
    "services": 2,
    "web": 3,
}
EDGE = {"survey", "survey.config", "survey.instance", "survey.cli"}
# The one thing of the voter's pages that organisers' pages may ask for: a ballot to look at.
SPECIMEN = "survey.web.voter.specimen"
OUTSIDE = {
    "domain": set(),
    "secrecy": {"cryptography", "fido2", "shamir_mnemonic"},
    "storage": {"sqlalchemy", "alembic", "flask", "flask_sqlalchemy", "flask_migrate"},
    "documents": {
        "fpdf",
        "fontTools",
        "docx",
        "docxtpl",
        "jinja2",
        "lxml",
        "markupsafe",
        "xlsxwriter",
        "qrcode",
        "zxingcpp",
        "PIL",
        "openpyxl",
    },
    "services": {"sqlalchemy", "argon2", "zxcvbn", "pyotp"},
}


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(source: str, module: str, is_package: bool = False) -> Iterator[str]:
    """Name every module that a source imports, wherever in it; of ``from a import b`` both a and a.b."""
    package = module if is_package else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) + 1 - node.level] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            yield origin
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def arrows(path: Path) -> list[str]:
    return list(imports(path.read_text("utf-8"), name_of(path), path.name == "__init__.py"))


def floor_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == "survey" and parts[1] in FLOORS else None


def faults(module: str, wanted: list[str]) -> list[str]:
    """List the imports of a module that its floor does not allow."""
    mine = floor_of(module)
    if mine is None:
        return []
    found = []
    for other in wanted:
        top = other.split(".")[0]
        theirs = floor_of(other)
        if top == "survey":
            edge = any(other == name or other.startswith(f"{name}.") for name in EDGE - {"survey"})
            up = theirs is not None and (FLOORS[theirs] > FLOORS[mine])
            across = theirs is not None and theirs != mine and FLOORS[theirs] == FLOORS[mine]
            if up or across or (edge and not (mine == "web" and other.startswith("survey.config"))):
                found.append(other)
        elif mine in OUTSIDE and top not in sys.stdlib_module_names and top not in OUTSIDE[mine]:
            found.append(other)
        if mine == "services" and top.startswith("flask"):
            found.append(other)
    for one, others in {"voter": ("admin", "public"), "admin": ("voter",), "public": ("voter",)}.items():
        if module.startswith(f"survey.web.{one}"):
            found += [
                name
                for name in wanted
                if any(name.startswith(f"survey.web.{other}") for other in others)
                and not (one == "admin" and name.startswith(SPECIMEN))
            ]
    return found


def test_there_is_something_to_walk() -> None:
    assert len(MODULES) > 50
    assert {floor_of(name_of(path)) for path in MODULES} >= set(FLOORS)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_go_down_only(path: Path) -> None:
    assert faults(name_of(path), arrows(path)) == []


BAD = [
    ("survey.domain.count.tally", "import sqlalchemy"),
    ("survey.domain.count.tally", "from survey.secrecy import box"),
    ("survey.domain.count.tally", "def f():\n    from ...storage import tables"),
    ("survey.secrecy.box", "from survey.storage.tables import BallotRow"),
    ("survey.storage.database", "import survey.documents.layout.qr"),
    ("survey.documents.layout.qr", "import cryptography"),
    ("survey.services.voting.casting", "from flask import current_app"),
    ("survey.services.voting.casting", "import flask_login"),
    ("survey.services.voting.casting", "from survey.web import context"),
    ("survey.services.voting.casting", "from survey.config import Settings"),
    ("survey.services.voting.casting", "from survey import instance"),
    ("survey.web.voter.views", "from survey.web import admin"),
    ("survey.web.voter.views", "from ..public.views import page"),
    ("survey.web.admin.views", "from survey.web.voter import pages"),
    ("survey.web.public.views", "import survey.web.voter.labels"),
    ("survey.web.errors", "from survey.cli import main"),
]


@pytest.mark.parametrize(("module", "source"), BAD)
def test_an_arrow_that_runs_up_is_found(module: str, source: str) -> None:
    assert faults(module, list(imports(source, module))) != []


def test_only_casting_writes_a_ballot() -> None:
    writers = {
        name_of(path)
        for path in MODULES
        if "box_rows.put(" in path.read_text("utf-8") or ".seal(" in path.read_text("utf-8")
    }
    assert writers == {"survey.services.voting.casting", "survey.web.voter.views"}
    assert "casting.seal(" in (PACKAGE / "web" / "voter" / "views.py").read_text("utf-8")


def test_services_do_not_commit_in_the_middle() -> None:
    for path in (PACKAGE / "services").rglob("*.py"):
        assert ".commit()" not in path.read_text("utf-8"), path
