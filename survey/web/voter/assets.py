"""Style and script as voters get them: joined, without comments and indentation, for bad Wi-Fi."""

import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path

from flask import Response, abort, current_app, make_response, request

from survey.web import compression, languages
from survey.web.languages import Language, language
from survey.web.security import VOTER, access

from .blueprint import blueprint

PARTS = {
    "voter.css": ("css/tokens.css", "css/voter.css"),
    "voter.js": ("js/voter.js",),
    "statement.js": ("js/statement.js",),
    "ballot.js": tuple(
        f"js/{part}.js" for part in ("ballot", "review", "question", "clearing", "send", "cards")
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


def translated(script: str, of: Language) -> str:
    """Put a language in the place of every text that a script says."""
    words = languages.catalogue(of)

    def said(match: re.Match[str]) -> str:
        return f"t({json.dumps(words.gettext(match[1]), ensure_ascii=False)}"

    return _SAID.sub(said, script)


def _in_language(name: str, of: Language) -> str:
    """Name the file of an asset in a language: scripts have one for each."""
    path = Path(name)
    return name if not of.asked or path.suffix != ".js" else f"{path.stem}.{of.key}.js"


@lru_cache(maxsize=64)
def _body(folder: str, name: str) -> bytes:
    files = {_in_language(base, of): (base, of) for base in PARTS for of in reversed(languages.LANGUAGES)}
    base, of = files[name]
    parts = ((Path(folder) / part).read_text(encoding="utf-8") for part in PARTS[base])
    body = "".join(map(shrunk, parts))
    return (body if base == name else translated(body, of)).encode()
