"""Every file that a page of the docs names is there."""

import re
from functools import cache
from pathlib import Path

import pytest

from tests.builders import ROOT

PAGES = sorted([*(ROOT / "docs").glob("*.md"), *ROOT.glob("README*.md"), ROOT / "CONTRIBUTING.md"])
FOLDERS = ("survey", "templates", "static", "tests", "bench", "demo", "deploy", "docs", "examples")
FILE = re.compile(r"(?<![\w/.*<>{}-])\w[\w.-]*(?:/[\w.-]+)*\.(?:py|html|js|css|md|toml)\b(?!/)")
MODULE = re.compile(
    r"(?<![\w/.*<>{}-])(?:survey|domain|secrecy|storage|documents|services|web|cli|templates|tests)(?:/\w+)+/?(?![\w/]*\.\w*\w{2})"
)
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


@cache
def places() -> frozenset[str]:
    """Name every file and folder by each way that leads to it: ``count/results.py`` and ``results.py``."""
    inside = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*"))
    there = [
        path.relative_to(ROOT) for path in (*inside, *ROOT.glob("*.*")) if "__pycache__" not in path.parts
    ]
    ways = ("/".join(path.parts[at:]) for path in there for at in range(len(path.parts)))
    return frozenset(name for way in ways for name in (way, way.removesuffix(".py")))


def missing(text: str) -> set[str]:
    """Find the files, modules and folders that a text names and that are nowhere."""
    named = {*FILE.findall(text), *(name.rstrip("/") for name in MODULE.findall(text))}
    return {name for name in named if name not in places()}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_named_is_there(page: Path) -> None:
    assert missing(page.read_text("utf-8")) == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in LINK.findall(page.read_text("utf-8")):
        assert (page.parent / link).exists(), link


def test_files_are_named_and_those_that_are_gone_are_found() -> None:
    assert len(FILE.findall((ROOT / "CONTRIBUTING.md").read_text("utf-8"))) > 50
    gone = "`domain/tally.py`, services/count/tally, `templates/admin/log.html` and `nowhere.py`"
    assert missing(gone) == {
        "domain/tally.py",
        "services/count/tally",
        "templates/admin/log.html",
        "nowhere.py",
    }
    assert missing("`domain/count/tally.py`, services/count/opening.read_box and `count/tally.py`") == set()
