"""Addresses of this application come from its routes: none is written by hand but where that has a reason."""

import ast
import re
from collections.abc import Iterator

import pytest
from flask import Flask

from survey.web.addresses import public_address
from tests.builders import ROOT

WORDS = "admin|v|o|r|receipt|healthz|readyz|metrics|static"
HAND_WRITTEN = re.compile(
    rf"""["'(=`]/(?:{WORDS})(?:[/?#"'`)]|$)"""  # a whole one, "/admin/…"
    r"|~ ?[\"']/\w"  # one that is put together, path ~ "/codes"
    r"|\b(?:href|action|src|hx-get)=\"\{\{ ?[\w.]+ ?\}\}/"  # or continued, href="{{ path }}/codes"
)
IN_CODE = re.compile(rf"/(?:{WORDS})(?:[/?#]|$)")
CONTINUED = re.compile(r"\{path_of\([^)]*\)\}/")
ROUTES = {"get", "post", "route"}

EXCEPTIONS = {
    "templates/voter": "the voters' pages: addresses that printed codes and load drivers use",
    "static/js/voter.js": "the same, in the voters' script",
    "static/js/send.js": "the same",
    "static/js/turns.js": "the same",
    "survey/web/voter": "the same, on the way that 400 ballots a second take",
    "survey/web/server/front.py": "the same: it answers before there are routes",
    "survey/web/public/links.py": "signed links are printed by commands, too, which have no pages",
    "survey/cli": "commands have no pages",
    "survey/documents": "printed on slips by a job that has no pages",
    "survey/web/admin/blueprint.py": "what all of the office's addresses begin with",
    "survey/web/office_session.py": "the path of its cookie, set before there are routes",
    "survey/web/languages.py": "which pages remember their language",
    "survey/web/admin/way_back.py": "which pages one may be sent back to",
    "survey/web/admin/accounts/devices.py": "the path of a cookie",
}


def in_text(text: str) -> list[str]:
    return HAND_WRITTEN.findall(re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL))


def in_code(source: str) -> Iterator[str]:
    """Give the addresses in a module, but for those that are declared as routes."""
    tree = ast.parse(source)
    declared = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ROUTES
        for argument in node.args[:1]
        for part in ast.walk(argument)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in declared:
            yield from IN_CODE.findall(node.value) if IN_CODE.match(node.value) else ()
    yield from CONTINUED.findall(source)


def excepted(path: str) -> bool:
    return any(path == known or path.startswith(f"{known}/") for known in EXCEPTIONS)


def found() -> dict[str, list[str]]:
    texts = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static/js").glob("*.js")]
    modules = (ROOT / "survey").rglob("*.py")
    all_of_them = {path: in_text(path.read_text("utf-8")) for path in texts}
    all_of_them |= {path: list(in_code(path.read_text("utf-8"))) for path in modules}
    return {str(path.relative_to(ROOT)): hits for path, hits in all_of_them.items() if hits}


def test_no_address_is_written_by_hand_without_a_reason() -> None:
    assert {path: hits for path, hits in found().items() if not excepted(path)} == {}


def test_every_reason_is_needed() -> None:
    written = found()
    for known in EXCEPTIONS:
        assert any(path == known or path.startswith(f"{known}/") for path in written), known


@pytest.mark.parametrize(
    "text",
    [
        '<a href="/admin/templates">',
        '<a href="/admin/c/{{ campaign.code }}">',
        '<a href="{{ path }}/codes">',
        '{{ row_link(_("x"), path ~ "/codes") }}',
        '{{ crumbs(("x", "/admin/")) }}',
        "fetch(`/v/cast${x}`)",
        'location = "/v#kiosk"',
        '<form action="/v">',
    ],
)
def test_one_by_hand_in_a_template_or_script_is_found(text: str) -> None:
    assert in_text(text)


@pytest.mark.parametrize(
    "source",
    [
        'redirect("/admin/")',
        'f"/admin/c/{code}"',
        'url = f"{base}/admin/link/{x}"',
        'x = "/r/" + code',
        'f"/v"',
    ],
)
def test_one_by_hand_in_the_code_is_found(source: str) -> None:
    assert list(in_code(source))


def test_what_is_no_address_is_not_found() -> None:
    assert not in_text("{{ url_for('admin.home') }} {# e.g. \"/admin/\" #} {{ a }}/{{ b }}")
    assert not list(in_code('@blueprint.get("/admin/x")\ndef view(): return url_for("admin.x")'))


def test_a_public_address_stands_below_the_one_that_is_configured(app: Flask) -> None:
    base = app.extensions["minping"].settings.base_url
    assert public_address("voter.entry") == f"{base}/v"
    assert public_address("voter.offer", campaign="small") == f"{base}/o/small"
    assert public_address("public.check_page", campaign_code="small") == f"{base}/r/small/check"
