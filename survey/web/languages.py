"""The languages of the pages: chosen on the page and kept in its address.

No cookie decides, nor what the browser says of its own accord: the first page of voters is the same for all.
Only those who administer have a session, and it keeps their choice. Chinese is written in the code;
``make texts`` gathers it into the catalogues of ``translations/``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from babel.support import NullTranslations, Translations
from flask import Flask, has_request_context, request, session
from flask_babel import Babel
from markupsafe import Markup

TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"

_ASKED = "lang"
_OFFICE = "/admin/"
_KEPT = "language"
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class Language:
    """One language of the pages.

    ``key`` names it in addresses and is its catalogue's folder, ``tag`` is for browsers (BCP 47). It calls
    itself ``name``, on narrow bars ``sign``; ``space`` stands between two of its sentences.
    """

    key: str
    tag: str
    name: str
    sign: str
    space: str = " "

    @property
    def asked(self) -> dict[str, str]:
        """Return what an address says to be answered in this language: nothing for that of the code."""
        return {} if self is LANGUAGES[0] else {_ASKED: self.key}


LANGUAGES = (
    Language("zh", "zh-CN", "中文", "中文", space=""),
    Language("en", "en", "English", "EN"),
)
"""All there are, that of the code first. Each other one needs its line here and its catalogue."""


def attach(app: Flask) -> None:
    """Set an application up to answer in every language."""
    Babel(
        app,
        default_locale=LANGUAGES[0].key,
        default_translation_directories=str(TRANSLATIONS),
        locale_selector=lambda: language().key,
    )
    app.jinja_env.globals.update(
        language=language, other_languages=other_languages, to=address_of, native=native, own=own
    )


def language() -> Language:
    """Return the language of this answer."""
    if not has_request_context():
        return LANGUAGES[0]
    # The session is looked at on the pages that have one, and nowhere else.
    kept = request.path.startswith(_OFFICE)
    return _named(session.get(_KEPT) if kept else request.args.get(_ASKED))


def asked_alone(query: str) -> Language | None:
    """Return the language that an address asks for and nothing else, ``None`` where its query says more."""
    if not query:
        return LANGUAGES[0]
    return next((one for one in LANGUAGES if query == f"{_ASKED}={one.key}"), None)


def keep_language(chosen: str) -> None:
    """Keep the language of whoever administers in this browser."""
    session[_KEPT] = _named(chosen).key


def other_languages() -> list[Language]:
    """List the languages that this answer does not have."""
    return [one for one in LANGUAGES if one is not language()]


def address_of(path: str, of: Language | None = None, more: Mapping[str, str] | None = None) -> str:
    """Return an address that stays in a language, this answer's where none is given, and asks for more."""
    asked = urlencode({**(of or language()).asked, **(more or {})})
    return f"{path}?{asked}" if asked else path


def native(text: str) -> Markup:
    """Return the attribute that marks a campaign's own words as Chinese on a page that is not."""
    marked = language() is not LANGUAGES[0] and _HAN.search(text)
    return _marked(LANGUAGES[0]) if marked else Markup("")


def own() -> Markup:
    """Return the attribute that marks the page's words within a campaign's own, where these may be marked."""
    return Markup("") if language() is LANGUAGES[0] else _marked(language())


def catalogue(of: Language) -> NullTranslations:
    """Return the words of a language; those of the code are their own translation."""
    return NullTranslations() if of is LANGUAGES[0] else _catalogue(str(TRANSLATIONS), of.key)


def _named(key: str | None) -> Language:
    return next((one for one in LANGUAGES if one.key == key), LANGUAGES[0])


def _marked(of: Language) -> Markup:
    return Markup(' lang="{}"').format(of.tag)


@cache
def _catalogue(folder: str, key: str) -> NullTranslations:
    return Translations.load(folder, [key])
