"""Style and script as voters get them, as files or in the page itself: joined, and small for bad Wi-Fi.

``make shrink`` keeps them in ``static/voter/`` with short names for what is local, see docs/decisions/0041.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from flask import Response, abort, current_app, make_response, request
from markupsafe import Markup

from survey.web import compression, languages
from survey.web.languages import Language, language
from survey.web.security import VOTER, access, page_policy

from .blueprint import blueprint

PARTS = {
    "voter.css": ("css/tokens.css", "css/voter.css"),
    "list.css": ("css/voter-list.css",),
    "entry.css": ("css/entry.css",),
    "entry.js": ("js/entry.js",),
    "handed.js": ("js/handed.js",),
    "curtain.js": ("js/curtain.js",),
    "voter.js": ("js/still.js", "js/voter.js"),
    "list.js": ("js/list.js",),
    "turns.css": ("css/voter-turns.css",),
    "turns.js": ("js/turns.js",),
    "statement.js": ("js/statement.js",),
    "ballot.js": tuple(
        f"js/{part}.js"
        for part in (
            *("ballot", "bars", "review", "notices", "question", "clearing"),
            *("send", "drafts", "cards"),
        )
    ),
}
_TYPES = {".css": "text/css", ".js": "text/javascript"}
_YEAR = 31_536_000
# Only comments that begin a line: strings may hold the same characters.
_COMMENT = re.compile(r"^ */\*[\s\S]*?\*/ *\n|^ *//.*\n", re.MULTILINE)
_SAID = re.compile(r'\bt\("([^"\\]+)"')
_INDENT = re.compile(r"^\s+", re.MULTILINE)


@blueprint.app_template_global()
def voter_asset(name: str) -> str:
    """Return the address of an asset with its version, so that it may be cached for ever."""
    name = _in_language(name, language())
    body = _body(str(current_app.static_folder), name)
    return f"/static/voter/{name}?v={hashlib.sha256(body).hexdigest()[:10]}"


@blueprint.get("/static/voter/<name>")
@access(VOTER)
def asset(name: str) -> Response:
    """Serve an asset, the same for everyone."""
    try:
        body = _body(str(current_app.static_folder), name)
    except KeyError:
        abort(404)
    response = make_response(body)
    response.mimetype = _TYPES[Path(name).suffix]
    response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    compression.packed(response)
    response.add_etag()
    response.make_conditional(request)
    return response


def shrunk(source: str) -> str:
    """Drop comments that stand by themselves, and indentation."""
    return _INDENT.sub("", _COMMENT.sub("", source))


def translated(script: str, of: Language, texts: Iterable[str]) -> str:
    """Put a language in the place of every one of some texts that a script says."""
    words = languages.catalogue(of)
    said = "|".join(re.escape(json.dumps(text, ensure_ascii=False)) for text in texts)

    def in_words(match: re.Match[str]) -> str:
        return json.dumps(words.gettext(json.loads(match[0])), ensure_ascii=False)

    return re.sub(said, in_words, script) if said else script


def _in_language(name: str, of: Language) -> str:
    """Name the file of an asset in a language: scripts have one for each."""
    path = Path(name)
    return name if not of.asked or path.suffix != ".js" else f"{path.stem}.{of.key}.js"


def asset_text(folder: str, name: str, of: Language) -> str:
    """Return an asset as it is served in a language."""
    source = joined(Path(folder), name)
    digest, _, smaller = (Path(folder) / "voter" / name).read_text(encoding="utf-8").partition("\n")
    # One that was made of other parts is out of date: they are served as they stand.
    body = smaller if digest_of(source) in digest else source
    return translated(body, of, set(_SAID.findall(source))) if of.asked else body


def joined(static: Path, name: str) -> str:
    """Return the parts of an asset as one, comments and indentation dropped."""
    return "".join(shrunk((static / part).read_text(encoding="utf-8")) for part in PARTS[name])


def digest_of(text: str) -> str:
    """Return what tells whether an asset's parts are still those that it was made smaller from."""
    return hashlib.sha256(text.encode()).hexdigest()


@lru_cache(maxsize=64)
def _body(folder: str, name: str) -> bytes:
    files = {_in_language(base, of): (base, of) for base in PARTS for of in reversed(languages.LANGUAGES)}
    return asset_text(folder, *files[name]).encode()


@blueprint.app_template_global()
def voter_inline(*names: str) -> Markup:
    """Return assets, one after the other, as they stand between the tags of one style or script."""
    return Markup(_joined(str(current_app.static_folder), names, language()))  # noqa: S704 - our own files


def policy(style: tuple[str, ...], *scripts: tuple[str, ...]) -> str:
    """Return the policy of a page in which these stand: one style, and each of the scripts."""
    folder, of = str(current_app.static_folder), language()
    return page_policy(
        script=[_hash(folder, names, of) for names in scripts], style=[_hash(folder, style, of)]
    )


@lru_cache(maxsize=64)
def _joined(folder: str, names: tuple[str, ...], of: Language) -> str:
    # A script made smaller ends without its semicolon; before a rule of a style one would undo it.
    between = ";\n" if names[0].endswith(".js") else "\n"
    text = between.join(asset_text(folder, name, of) for name in names)
    if "</" in text or "<!--" in text:
        raise ValueError(f"{names} would end their own tag")
    return text


@lru_cache(maxsize=64)
def _hash(folder: str, names: tuple[str, ...], of: Language) -> str:
    digest = hashlib.sha256(_joined(folder, names, of).encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
