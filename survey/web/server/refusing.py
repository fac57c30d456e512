"""What the server itself answers, where a request never reaches the application."""

import json
from types import MappingProxyType

from markupsafe import escape

from survey.domain.definition.schema import N_
from survey.web import languages

COME_BACK_SECONDS = 5

_PHRASES = MappingProxyType(
    {
        400: "Bad Request",
        413: "Request Entity Too Large",
        431: "Request Header Fields Too Large",
        500: "Internal Server Error",
        501: "Not Implemented",
        503: "Service Unavailable",
        505: "HTTP Version Not Supported",
    }
)
_SENTENCES = MappingProxyType(
    {
        413: ("too-large", N_("提交的内容过大。")),
        503: ("unavailable", N_("系统正忙，没有收到。请过几秒钟再试一次。")),
    }
)
_PAGE = """<!doctype html>
<html lang="zh-Hans"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{chinese}</title></head><body><h1>{chinese}</h1>{others}</body></html>
"""
_HEADERS = (
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
)


def plain_page(chinese: str) -> str:
    """Return a refusal as a page in every language: in which one was asked is not known yet."""
    others = (
        f'<p lang="{of.tag}">{escape(languages.catalogue(of).gettext(chinese))}</p>'
        for of in languages.LANGUAGES[1:]
    )
    return _PAGE.format(chinese=chinese, others="".join(others))


def refusal(status: int, *, as_json: bool) -> tuple[str, list[tuple[str, str]], bytes]:
    """Return the status line, the headers and the body of a refusal, as a page or as JSON."""
    line = f"{status} {_PHRASES[status]}"
    if status in _SENTENCES:
        key, chinese = _SENTENCES[status]
        text = plain_page(chinese)
        if as_json:
            text = json.dumps({"error": key, "message": chinese, "fields": {}}, ensure_ascii=False)
        kind = "application/json" if as_json else "text/html; charset=utf-8"
    else:
        text, kind = f"{_PHRASES[status]}\n", "text/plain; charset=utf-8"
    body = text.encode()
    headers = [*_HEADERS, ("Content-Type", kind), ("Content-Length", str(len(body)))]
    if status == 503:
        headers.append(("Retry-After", str(COME_BACK_SECONDS)))
    return line, headers, body
