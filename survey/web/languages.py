"""Chinese first, English second: the language of an answer, chosen on the page and kept in its address.

No cookie decides, nor what the browser says of its own accord: the first page of voters is the same for all.
Only those who administer have a session, and it keeps their choice. Chinese is written in the code;
``make texts`` gathers it into the catalogue of ``translations/``.
"""

import re
from pathlib import Path

from flask import Flask, has_request_context, request, session
from flask_babel import Babel
from markupsafe import Markup

CHINESE = "zh"
ENGLISH = "en"
TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"

_TAGS = {CHINESE: "zh-CN", ENGLISH: "en"}
_OFFICE = "/admin/"
_KEPT = "language"
_HAN = re.compile(r"[\u3400-\u9fff]")


def attach(app: Flask) -> None:
    """Make an application answer in each of its languages."""
    Babel(
        app,
        default_locale=CHINESE,
        default_translation_directories=str(TRANSLATIONS),
        locale_selector=language,
    )
    app.jinja_env.globals.update(
        language=language, tag=tag, to=address_of, native=native, other_language=other_language
    )


def language() -> str:
    """Return the language of this answer."""
    if not has_request_context():
        return CHINESE
    # The session is looked at on the pages that have one, and nowhere else.
    kept = request.path.startswith(_OFFICE)
    chosen = session.get(_KEPT) if kept else request.args.get("lang")
    return ENGLISH if chosen == ENGLISH else CHINESE


def keep_language(chosen: str) -> None:
    """Keep the language of whoever administers in this browser."""
    session[_KEPT] = ENGLISH if chosen == ENGLISH else CHINESE


def other_language() -> str:
    """Return the language that this answer does not have."""
    return CHINESE if language() == ENGLISH else ENGLISH


def tag(of: str | None = None) -> str:
    """Return the tag of a language, this answer's where none is given (BCP 47)."""
    return _TAGS[of or language()]


def address_of(path: str, of: str | None = None) -> str:
    """Return an address that stays in a language, this answer's where none is given."""
    return f"{path}?lang={ENGLISH}" if (of or language()) == ENGLISH else path


def native(text: str) -> Markup:
    """Return the attribute that marks a campaign's own words on the English page as Chinese."""
    return Markup(' lang="zh-CN"') if language() == ENGLISH and _HAN.search(text) else Markup("")
