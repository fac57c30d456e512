"""One word for one thing: names of the code beside the glossary, and how docstrings begin."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
VAGUE = re.compile(r"(Tell|Say|Let|Hear)\b")
"""Openings that do not say what a function returns or does."""
REFUSALS = ROOT / "survey" / "domain" / "errors.py"
PARTICIPLE = re.compile(r"\w*(ed|Taken|Found|Chosen|Known|Unreadable\w*|Brought|Gone|Told|Wrong|Back|Much)$")
"""What an act returns; the glossary explains them at once."""
ENDINGS = re.compile(r"\w*(Row|Form|Kind|State|Mode|Fault)s?$")


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted((ROOT / "survey").rglob("*.py")):
        if "migrations" not in path.parts:
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def vague(tree: ast.AST) -> list[str]:
    """List the functions whose docstrings open with a word that does not say what they do."""
    return [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and VAGUE.match(ast.get_docstring(node) or "")
    ]


def double_words(tree: ast.AST) -> list[str]:
    """List the functions with a parameter that may be a campaign's code or a voter's."""
    return [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and {"code", "codes"}
        & {arg.arg for arg in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)}
    ]


def unexplained(tree: ast.Module, terms: set[str]) -> list[str]:
    """List the public classes of which no noun is a term."""
    return [
        node.name
        for node in tree.body
        if isinstance(node, ast.ClassDef)
        and not node.name.startswith("_")
        and not (ENDINGS.match(node.name) or PARTICIPLE.match(node.name))
        and not _nouns(node.name) & terms
    ]


def _nouns(name: str) -> set[str]:
    """Return what a class may be called in the glossary: its last word, or all of them."""
    words = [word.lower() for word in re.findall(r"[A-Z][a-z0-9]*", name)]
    return {words[-1], words[-1].removesuffix("s"), f"{words[-1]}s", " ".join(words)}


def glossary() -> set[str]:
    """Return the terms of the glossary: what stands in the first column of its tables."""
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    first = re.findall(r"^\| ([^|]+) \|", text, re.MULTILINE)
    return {
        re.sub(r"\(.*\)|[`*]", "", term).strip().lower() for column in first for term in column.split(",")
    }


def test_every_docstring_opens_with_what_is_done() -> None:
    assert {str(path.relative_to(ROOT)): found for path, tree in trees() if (found := vague(tree))} == {}


def test_no_argument_is_a_campaigns_code_here_and_a_voters_there() -> None:
    assert {
        str(path.relative_to(ROOT)): found for path, tree in trees() if (found := double_words(tree))
    } == {}


def test_every_public_class_is_explained() -> None:
    terms = glossary()
    assert {
        str(path.relative_to(ROOT)): found
        for path, tree in trees()
        if path != REFUSALS and (found := unexplained(tree, terms))
    } == {}


@pytest.mark.parametrize("opening", ["Tell whether it is", "Say why", "Let voters in", "Hear of it"])
def test_a_vague_opening_is_noticed(opening: str) -> None:
    assert vague(ast.parse(f'def found():\n    """{opening}."""')) == ["found"]
    assert not vague(ast.parse('def found():\n    """Telling names are found."""'))


def test_words_that_mean_two_things_or_nothing_are_noticed() -> None:
    assert double_words(ast.parse("def close(code: str) -> None: ...")) == ["close"]
    assert not double_words(ast.parse("def close(campaign_code: str) -> None: ..."))
    tree = ast.parse("class Gizmo: ...\nclass SealedBallot: ...\nclass Armed: ...\nclass _Own: ...")
    assert unexplained(tree, {"ballot"}) == ["Gizmo"]
