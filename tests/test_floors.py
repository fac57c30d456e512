"""Imports go down only and in no circle, and every room can be taken in at a glance."""

import ast
import re
import sys
from pathlib import Path

import pytest

from bench.source import Module, circles, imports, read_modules
from bench.source import arrows as arrows_between
from bench.source import name_of as name_below

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
        "pypdf",
    },
    "channels": {"cv2", "numpy", "PIL", "pypdfium2", "smpplib", "zxingcpp"},
    "services": {"sqlalchemy", "argon2", "zxcvbn", "pyotp"},
}


def name_of(path: Path) -> str:
    return name_below(path, PACKAGE)


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
    ("survey.channels.sms.gateway", "from survey.storage import tables"),
    ("survey.channels.sms.gateway", "import survey.secrecy.token"),
    ("survey.channels.paper.sheets", "def f():\n    from survey.documents.layout import qr"),
    ("survey.channels.sms.gateway", "import httpx"),
    ("survey.documents.layout.qr", "from survey.channels import sms"),
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
    callers = {
        "survey.web.voter.views": "web/voter/views.py",
        "survey.web.server.front": "web/server/front.py",
    }
    assert writers == {"survey.services.voting.casting", *callers}
    assert all("casting.seal(" in (PACKAGE / path).read_text("utf-8") for path in callers.values())


def test_services_do_not_commit_in_the_middle() -> None:
    for path in (PACKAGE / "services").rglob("*.py"):
        assert ".commit()" not in path.read_text("utf-8"), path


def test_no_modules_import_one_another_in_a_circle() -> None:
    """Imports within functions count: what has to be put off to work is a circle all the same."""
    assert circles(arrows_between(read_modules(PACKAGE))) == []


@pytest.mark.parametrize(
    "back",
    [
        "import survey.domain.one",
        "from . import one",
        "from survey.domain.one import name",
        "def late():\n    from .one import name",
        "if TYPE_CHECKING:\n    from survey.domain import one",
    ],
)
def test_a_circle_is_found(back: str) -> None:
    sources = {"one": "from . import two", "two": "import survey.domain.three", "three": back, "aside": back}
    modules = [
        Module(f"survey.domain.{name}", ("domain", f"{name}.py"), text) for name, text in sources.items()
    ]
    assert circles(arrows_between(modules)) == [[f"survey.domain.{name}" for name in ("one", "three", "two")]]


def test_a_module_of_ones_own_room_is_no_circle_with_it() -> None:
    room = Module("survey.room", ("room", "__init__.py"), "from . import views")
    views = Module("survey.room.views", ("room", "views.py"), "from survey.room import {}")
    parts = Module("survey.room.parts", ("room", "parts.py"), "")
    for wanted, found in (("parts", []), ("blueprint", [["survey.room", "survey.room.views"]])):
        through = Module(views.name, views.parts, views.source.format(wanted))
        assert circles(arrows_between([room, through, parts])) == found


# What rooms may be called, the same on every floor; each has its entry in docs/glossary.md.
ROOMS = {
    "accounts",
    "assessment",
    "assessment/brought",
    "assessment/committee",
    "assessment/examining",
    "assessment/form",
    "assessment/papers",
    "assessment/reports",
    "assessment/running",
    "assessment/scoring",
    "assessment/setup",
    "assessment/telling",
    "assessment/totals",
    "assessment/views",
    "assessment/visits",
    "audit",
    "ballot",
    "campaigns",
    "clients",
    "count",
    "custody",
    "decisions",
    "definition",
    "excel",
    "export",
    "fonts",
    "layout",
    "operations",
    "paper",
    "paper/layout",
    "pdf",
    "publication",
    "results",
    "roster",
    "setup",
    "setup/fields",
    "sms",
    "statements",
    "voting",
    "word",
    "words",
}
FLOORS_WITH_ROOMS = ("domain", "services", "documents", "web/admin")
LARGEST_ROOM = 15
LARGER = {
    "cli": 16,
    "domain/assessment": 16,
    "domain/assessment/reports": 16,
    "domain/assessment/totals": 16,
    "storage": 19,
    "web/admin/words": 17,
}


def rooms_of(floor: str) -> list[str]:
    folder = PACKAGE / floor
    return sorted(path.parent.relative_to(folder).as_posix() for path in folder.glob("*/**/__init__.py"))


EVERY_ROOM = [f"{floor}/{room}" for floor in FLOORS_WITH_ROOMS for room in rooms_of(floor)]


def test_rooms_are_named_from_one_list() -> None:
    assert {room for floor in FLOORS_WITH_ROOMS for room in rooms_of(floor)} == ROOMS


def test_every_room_is_in_the_glossary() -> None:
    glossary = (PACKAGE.parent / "docs" / "glossary.md").read_text("utf-8")
    assert {room for room in ROOMS if f"`{room}`" not in glossary} == set()


def test_everything_on_a_floor_lies_in_a_room() -> None:
    beside = {
        path.relative_to(PACKAGE).as_posix()
        for floor in ("domain", "services", "documents")
        for path in (PACKAGE / floor).glob("*.py")
    }
    own = {f"{floor}/__init__.py" for floor in ("domain", "services", "documents")}
    assert beside == {*own, "domain/errors.py"}


@pytest.mark.parametrize("room", EVERY_ROOM)
def test_a_room_says_in_one_sentence_what_lives_there(room: str) -> None:
    said = ast.get_docstring(ast.parse((PACKAGE / room / "__init__.py").read_text("utf-8"))) or ""
    assert re.fullmatch(r"[A-Z][^.]*\.", said), said


@pytest.mark.parametrize(
    "room",
    sorted(
        {path.parent.relative_to(PACKAGE).as_posix() for path in MODULES if "migrations" not in path.parts}
    ),
)
def test_a_room_can_be_taken_in_at_a_glance(room: str) -> None:
    modules = [path.name for path in (PACKAGE / room).glob("*.py") if path.name != "__init__.py"]
    assert len(modules) <= LARGER.get(room, LARGEST_ROOM), sorted(modules)
