"""Whatever is read outside the office is read in old engines: style and script ask for no more."""

import re

import pytest

from survey.web.voter.assets import PARTS
from tests.builders import ROOT
from tests.engines import own_names, script_faults, style_faults

STATIC, TEMPLATES = ROOT / "static", ROOT / "templates"
PUBLIC = [f"css/{path.name}" for path in sorted((STATIC / "css").glob("public*.css"))]
STYLES = [
    *dict.fromkeys(part for parts in PARTS.values() for part in parts if part.endswith(".css")),
    *PUBLIC,
]
SCRIPTS = [part for parts in PARTS.values() for part in parts if part.endswith(".js")]
PAGES = [path for room in ("voter", "public") for path in sorted((TEMPLATES / room).rglob("*.html"))]

NEWER_MARKUP = re.compile(
    r"<(?:dialog|search|picture|selectlist)\b|\s(?:inert|popover|popovertarget|loading)(?=[\s=>])"
)


@pytest.mark.parametrize("name", STYLES)
def test_old_engines_know_every_style(name: str) -> None:
    assert style_faults((STATIC / name).read_text()) == []


@pytest.mark.parametrize("name", SCRIPTS)
def test_old_engines_have_all_that_scripts_ask_for(name: str) -> None:
    sources = {one: (STATIC / one).read_text() for one in SCRIPTS}
    # What a page says to its script in data attributes is read as ``dataset.name``.
    said = {one for path in PAGES for one in re.findall(r"\bdata-([a-z]+)", path.read_text())}
    assert script_faults(sources[name], own_names(sources.values()) | said) == []


def test_old_engines_know_every_element() -> None:
    assert {path.name: found for path in PAGES if (found := NEWER_MARKUP.findall(path.read_text()))} == {}
    assert NEWER_MARKUP.findall("<dialog open><div inert><p popover>") == ["<dialog", " inert", " popover"]


def test_every_sheet_of_a_page_outside_the_office_is_looked_at() -> None:
    linked = {
        found for path in PAGES for found in re.findall(r"filename='(css/[\w-]+\.css)'", path.read_text())
    }
    assert linked <= set(STYLES)
    assert len(linked) > 2


@pytest.mark.parametrize(
    ("style", "fault"),
    [
        ("a { display: flex; gap: 8px }", "gap outside a grid"),
        ("a { display: flex; column-gap: 8px }", "column-gap outside a grid"),
        ("a { overflow-wrap: anywhere }", "overflow-wrap: anywhere"),
        ("a { position: sticky; top: 0 }", "position: sticky"),
        ("a:has(b) { top: 0 }", ":has"),
        (":is(a, b) { top: 0 }", ":is"),
        (":where(a) { top: 0 }", ":where"),
        ("a:hover, a:focus-visible { top: 0 }", ":focus-visible in a list, which is void with it"),
        ("a { aspect-ratio: 1 }", "aspect-ratio"),
        ("a { inset: 0 }", "inset"),
        ("a { height: 100dvh }", "dvh"),
        ("a { width: clamp(1px, 2vw, 3px) }", "clamp()"),
        ("a { width: calc(1px + min(1px, 2vw)) }", "min()"),
        ("a { width: max(1px, 2vw) }", "max()"),
        ("a { color: color-mix(in srgb, red, blue) }", "color-mix()"),
        ("a { appearance: none }", "appearance"),
        ("a { margin-inline: 1px }", "margin-inline"),
        ("a { display: flow-root }", "display: flow-root"),
        ("a { & b { top: 0 } }", "a rule inside a rule"),
        ("@layer one { a { top: 0 } }", "@layer"),
        ("@container (min-width: 1px) { a { top: 0 } }", "@container"),
        ("@media (prefers-contrast: more) { a { top: 0 } }", "@media prefers-contrast"),
        ("@media (max-width: 9px) { a { inset: 0 } }", "inset"),
        ("a { made-up: 1 }", "made-up"),
    ],
)
def test_what_is_newer_is_found(style: str, fault: str) -> None:
    assert style_faults(style) == [fault]


@pytest.mark.parametrize(
    "style",
    [
        "a { display: grid; gap: 8px }",
        "a { columns: 2 } @media print { a { column-gap: 8px } }",
        "a { word-break: break-word; overflow-wrap: anywhere }",
        "a { position: -webkit-sticky; position: sticky }",
        ":focus-visible { outline: 1px solid }",
        "a:focus:not(:focus-visible) { outline: none }",
        "a { --gap: min(1px, 2px); -webkit-appearance: none; appearance: none }".replace(
            "min(1px, 2px)", "1px"
        ),
        "@media (prefers-color-scheme: dark) { a { color: #fff } }",
    ],
)
def test_what_has_something_to_fall_back_on_may_stay(style: str) -> None:
    assert style_faults(style) == []


@pytest.mark.parametrize(
    ("script", "fault"),
    [
        ("list.at(-1)", ".at"),
        ("text.replaceAll(a, b)", ".replaceAll"),
        ("Object.hasOwn(a, b)", ".hasOwn"),
        ("box.replaceChildren()", ".replaceChildren"),
        ("if (box.inert) f()", ".inert"),
        ("box.scrollMadeUp()", ".scrollMadeUp"),
        ("new ResizeObserver(f)", "ResizeObserver"),
        ("new MadeUp()", "MadeUp"),
    ],
)
def test_what_a_script_must_not_ask_for_is_found(script: str, fault: str) -> None:
    assert script_faults(script, own_names([script])) == [fault]


def test_names_of_its_own_are_a_scripts_own_affair() -> None:
    script = (
        'const card = { quota: 1 }; card.quota += 1; card.most = 2; f(card.most); // x.at(1)\nf("a.at(1)");'
    )
    assert script_faults(script, own_names([script])) == []
