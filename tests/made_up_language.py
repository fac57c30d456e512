"""A third language for tests: the English catalogue in marks, and an instance that knows of it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from survey.config import Settings
from survey.web import languages
from survey.web.languages import LANGUAGES, Language
from survey.web.voter import assets, pages
from survey.web.voter.sheets import Sheets
from tests.conftest import settings_on

THIRD = Language("eo", "eo", "Esperanto", "EO", space=" ~ ")


def made_up(message: Message) -> str | tuple[str, ...]:
    """Put the English of a message into marks, so that it is known where it is seen."""
    if isinstance(message.string, str):
        return f"«{message.string}»"
    return tuple(f"«{text}»" for text in message.string)


def made_up_catalogue(folder: Path) -> None:
    source = languages.TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.po"
    target = folder / THIRD.key / "LC_MESSAGES"
    target.mkdir(parents=True)
    with source.open("rb") as file:
        words = read_po(file, locale="en")
    words.locale = THIRD.key
    for message in words:
        if message.id:
            message.string = made_up(message)
    with (target / "messages.mo").open("wb") as file:
        write_mo(file, words)


@pytest.fixture(scope="module")
def translations(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("words") / "translations"
    shutil.copytree(languages.TRANSLATIONS, folder)
    made_up_catalogue(folder)
    return folder


@pytest.fixture
def settings(translations: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """An instance in which the third language is there before the application begins."""
    monkeypatch.setattr(languages, "TRANSLATIONS", translations)
    monkeypatch.setattr(languages, "LANGUAGES", (*LANGUAGES, THIRD))
    monkeypatch.setattr(pages, "_sheets", Sheets())
    yield settings_on("sqlite", tmp_path, None)
    assets._body.cache_clear()
