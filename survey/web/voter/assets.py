"""Style and script as voters get them: joined, without comments and indentation, for bad Wi-Fi."""

import hashlib
import re
from functools import lru_cache
from pathlib import Path

from flask import Response, abort, current_app, make_response, request

from survey.web import compression
from survey.web.security import VOTER, access

from . import blueprint

PARTS = {
    "voter.css": ("css/tokens.css", "css/voter.css"),
    "voter.js": ("js/voter.js",),
    "ballot.js": ("js/ballot.js", "js/review.js", "js/send.js", "js/cards.js"),
}
_TYPES = {".css": "text/css", ".js": "text/javascript"}
_YEAR = 31_536_000
# Only comments that begin a line: strings may hold the same characters.
_COMMENT = re.compile(r"^ */\*[\s\S]*?\*/ *\n|^ *//.*\n", re.MULTILINE)
_INDENT = re.compile(r"^\s+", re.MULTILINE)


@blueprint.app_template_global()
def voter_asset(name: str) -> str:
    """Return the address of an asset with its version, so that it may be cached for ever."""
    body = _body(str(current_app.static_folder), name)
    return f"/static/voter/{name}?v={hashlib.sha256(body).hexdigest()[:10]}"


@blueprint.get("/static/voter/<name>")
@access(VOTER)
def asset(name: str) -> Response:
    """Serve an asset, the same for everyone."""
    if name not in PARTS:
        abort(404)
    response = make_response(_body(str(current_app.static_folder), name))
    response.mimetype = _TYPES[Path(name).suffix]
    response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    compression.packed(response)
    response.add_etag()
    response.make_conditional(request)
    return response


def shrunk(source: str) -> str:
    """Drop comments that stand by themselves, and indentation."""
    return _INDENT.sub("", _COMMENT.sub("", source))


@lru_cache(maxsize=16)
def _body(folder: str, name: str) -> bytes:
    parts = ((Path(folder) / part).read_text(encoding="utf-8") for part in PARTS[name])
    return "".join(map(shrunk, parts)).encode()
