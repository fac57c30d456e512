"""The catalogue of translations is whole, up to date, and compiled as it stands."""

import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from survey.web.languages import LANGUAGES, TRANSLATIONS, Language
from tests.builders import ROOT

HAN = re.compile(r"[\u3400-\u9fff]")
PLACES = re.compile(r"%\(\w+\)[sd]|\{\d\}")
SAID = re.compile(r'\bt\("([^"\\]+)"')
# Words of the interface that stay as they are in either language.
NAMES = {"中文", "评"}


@pytest.fixture(scope="module", params=LANGUAGES[1:], ids=lambda one: one.key)
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    of: Language = request.param
    with (folder_of(of.key) / "messages.po").open("rb") as file:
        return read_po(file, locale=of.key)


def folder_of(key: str) -> Path:
    return TRANSLATIONS / key / "LC_MESSAGES"


def test_every_language_has_a_catalogue_and_no_catalogue_is_without_its_language() -> None:
    assert {path.parts[-3] for path in TRANSLATIONS.glob("*/LC_MESSAGES/messages.po")} == {
        one.key for one in LANGUAGES[1:]
    }
    assert len({one.key for one in LANGUAGES} | {one.name for one in LANGUAGES}) == 2 * len(LANGUAGES)


def key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def place(message: Message) -> tuple[str | None, str]:
    """Return what a message is found by: a text with a context is another than the same without."""
    return message.context, key(message)


def texts(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def test_every_text_of_the_code_is_there_and_no_other(catalogue: Catalog, tmp_path: Path) -> None:
    template = tmp_path / "messages.pot"
    gather = ["-q", "extract", "-F", "pyproject.toml", "-k", "t", "-k", "_l", "-o", str(template), "."]
    subprocess.run([Path(sys.executable).parent / "pybabel", *gather], cwd=ROOT, check=True)
    with template.open("rb") as file:
        gathered = {place(message) for message in read_po(file) if message.id}
    assert gathered == {place(message) for message in catalogue if message.id}, "run: make texts"
    said = {text for path in (ROOT / "static/js").glob("*.js") for text in SAID.findall(path.read_text())}
    assert said <= {text for context, text in gathered if context is None}


def test_a_text_says_one_thing_with_a_context_and_another_without(catalogue: Catalog) -> None:
    """A merge of two catalogues may give one of them the other's words."""
    said = {place(message): texts(message) for message in catalogue if message.id}
    both = [(context, text) for context, text in said if context and (None, text) in said]
    assert ("verdict", "正常") in both
    if str(catalogue.locale) == "en":
        assert (said[None, "正常"], said["verdict", "正常"]) == (("Active",), ("Fine",))
        assert [one for one in both if said[one] == said[None, one[1]]] == []


def test_every_text_has_its_translation(catalogue: Catalog) -> None:
    for message in catalogue:
        if not message.id:
            continue
        assert not message.fuzzy, message.id
        for text in texts(message):
            assert text, message.id
            assert not HAN.search(text), text
            # The numeral may be spelled out where there is one only.
            assert set(PLACES.findall(text)) >= set(PLACES.findall(key(message))) - {"%(num)d"}, message.id
            assert set(PLACES.findall(text)) <= set(PLACES.findall(key(message))), message.id


def test_what_is_compiled_is_what_is_written(catalogue: Catalog) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    assert compiled.getvalue() == (folder_of(str(catalogue.locale)) / "messages.mo").read_bytes(), (
        "run: make texts"
    )


def test_nothing_chinese_stands_outside_a_message() -> None:
    call = re.compile(r'\b(?:_|_l|ngettext|t)\((?:"[^"]*"(?:, )?)+|\{%-? trans.*?endtrans -?%\}', re.DOTALL)
    comment = re.compile(r"\{#.*?#\}|^\s*(?://|/?\*).*$", re.DOTALL | re.MULTILINE)
    for path in [*(ROOT / "templates/voter").glob("*.html"), *(ROOT / "static/js").glob("*.js")]:
        rest = call.sub("", comment.sub("", path.read_text()))
        for name in NAMES:
            rest = rest.replace(name, "")
        assert not HAN.search(rest), (path.name, HAN.search(rest))
