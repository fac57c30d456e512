"""Faults of one scheme or size are found, though the rules are all asked in the first look only."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.axe import ALL_LOOKS, DAY_AND_NIGHT, PHONE, SMALL, looks

pytestmark = pytest.mark.slow

PAGE = """<!doctype html><html lang="en"><head><title>a page</title>
<meta name="color-scheme" content="light dark">
<meta name="viewport" content="width=device-width"><style>
body {{ color: #000; background: #fff; }} a {{ color: #00f; display: inline-block; min-height: 44px; }}
.phone {{ display: none; }}
@media (prefers-color-scheme: dark) {{ body {{ color: #fff; background: #000; }} a {{ color: #8cf; }} }}
@media (max-width: 600px) {{ .phone {{ display: block; }} .desk {{ display: none; }} }}
{style}</style></head><body><main><h1>a page</h1><h2 class="desk">a part</h2><p>some text</p>
<p><a href="/a">one</a> <a href="/b">two</a></p><div class="box"><p>long text</p></div>{more}
</main></body></html>"""
DARK, NARROW = "@media (prefers-color-scheme: dark)", "@media (max-width: 600px)"
FAULTS = {
    "color-contrast": (f"{DARK} {{ p {{ color: #333; }} }}", "", ("dark",)),
    "color-contrast on a phone by day": (
        f"{NARROW} and (prefers-color-scheme: light) {{ p {{ color: #ccc; }} }}",
        "",
        ("phone light",),
    ),
    "color-contrast of a ground": (
        f"{NARROW} {{ main {{ background: #888; }} a {{ color: #777; }} }}",
        "",
        ("phone",),
    ),
    "color-contrast where the first text of these colours is covered": (
        ".faint { color: #bbb; } .over { position: relative; } "
        ".over div { position: absolute; inset: 0; background: #fff; }",
        '<div class="over"><p class="faint">a covered text</p><div></div></div><p class="faint">a text</p>',
        ("desk light", "phone light"),
    ),
    "color-contrast where a text is as faint on a good ground": (
        "h1, .dark p { color: #999; } h1, .dark { background: #000; }",
        '<div class="dark"><p>a text</p></div><p style="color: #999">another</p>',
        ("desk light", "phone light"),
    ),
    "color-contrast where a later text of these colours lies over what is beside it": (
        ".over { position: relative; } .over p { position: relative; } "
        ".over div { position: absolute; inset: 0; background: #333; }",
        '<div class="over"><div></div><p>another text</p></div>',
        ("desk light", "phone light", "small light"),
    ),
    "color-contrast where a later text of these colours is in the same place of a grid": (
        ".over { display: grid; } .over > * { grid-area: 1 / 1; } .over div { background: #333; }",
        '<div class="over"><div></div><p>another text</p></div>',
        ("desk light", "phone light", "small light"),
    ),
    "target-size": (f"{NARROW} {{ a {{ min-height: 0; font-size: 8px; margin: -3px; }} }}", "", ("phone",)),
    "scrollable-region-focusable": (
        f"{NARROW} {{ .box {{ height: 20px; overflow: auto; }} .box p {{ height: 400px; }} }}",
        "",
        ("phone",),
    ),
    "button-name": ("", '<p class="phone"><button></button></p>', ("phone",)),
    "heading-order": ("", "<h3>a smaller part</h3>", ("phone",)),
    "label": ("", '<p class="desk"><input></p>', ("desk",)),
}
EVERY = (*ALL_LOOKS, (SMALL, "light"))


def found(page: Page, style: str, more: str) -> set[tuple[str, str]]:
    """Return each rule that is broken, and in which look."""
    page.set_content(PAGE.format(style=style, more=more))
    broken = set()
    for (size, scheme), (_, wrong) in zip(EVERY, looks(page, EVERY), strict=True):
        name = {1280: "desk", 390: "phone", 320: "small"}[size[0]]
        broken |= {(rule, f"{name} {scheme}") for rule, _ in wrong}
    return broken


def test_a_good_page_is_good_in_every_look(open_page: Callable[..., Page]) -> None:
    assert found(open_page(), "", "") == set()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_one_look_is_found(open_page: Callable[..., Page], fault: str) -> None:
    style, more, where = FAULTS[fault]
    broken = found(open_page(), style, more)
    assert {rule for rule, _ in broken} == {fault.split(" ")[0]}
    assert all(any(look.startswith(one) or one in look for _, look in broken) for one in where)


def test_two_looks_are_enough_for_a_fault_of_each(open_page: Callable[..., Page]) -> None:
    page = open_page()
    for fault in (
        "color-contrast",
        "target-size",
        "scrollable-region-focusable",
        "button-name",
        "heading-order",
    ):
        style, more, _ = FAULTS[fault]
        page.set_content(PAGE.format(style=style, more=more))
        wrong = dict(looks(page, DAY_AND_NIGHT))
        assert [rule for rule, _ in wrong[PHONE[0]]] == [fault]
