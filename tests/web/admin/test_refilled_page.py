"""A page with its form filled in again: nothing else of it changes."""

from survey.web.admin.refilled_page import refilled

PAGE = """<!doctype html>
<html lang="zh"><!-- a note --><body>
<form method="post" action="/other"><input name="a" value="1"></form>
<form method="post"><input type="hidden" name="csrf_token" value="t">
<input name="a" value="1">&amp;&#38;
<input name="a" value="2"><textarea name="b" rows="2">
old &lt;b&gt;</textarea><select name="c"><option value="x" selected>X</option>
<option value="y">Y</option></select>
<input type="checkbox" name="d" value="1" checked><input type="checkbox" name="d" value="2">
<input type="password" name="e" value=""><input name="f" value="as it was">
<button name="act" value="save">s</button>
</form>
<textarea name="b">outside</textarea>
</body></html>
"""


def test_nothing_changes_where_nothing_was_typed_that_fits() -> None:
    assert refilled(PAGE, "/nowhere", [("a", "9")]) != PAGE  # a form without an action is sent to its page
    other = PAGE.replace('<form method="post">', '<form method="get">')
    assert refilled(other, "/nowhere", [("a", "9")]) == other


def test_fields_are_filled_in_their_order_and_kind() -> None:
    values = [
        ("a", '"><i>'),
        ("a", "8"),
        ("b", "\n<b>"),
        ("c", "y"),
        ("d", "2"),
        ("csrf_token", "x"),
        ("e", "p"),
    ]
    page = refilled(PAGE, "/p", values)
    assert '<form method="post" action="/other"><input name="a" value="1"></form>' in page
    assert '<input name="a" value="&quot;&gt;&lt;i&gt;">&amp;&#38;\n<input name="a" value="8">' in page
    assert '<textarea name="b" rows="2">\n\n&lt;b&gt;</textarea>' in page
    assert '<option value="x">X</option>\n<option value="y" selected>Y</option>' in page
    assert (
        '<input type="checkbox" name="d" value="1"><input type="checkbox" name="d" value="2" checked>' in page
    )
    assert 'name="csrf_token" value="t"' in page
    assert '<input type="password" name="e" value="">' in page
    assert '<input name="f" value="as it was">\n<button name="act" value="save">' in page
    assert '<textarea name="b">outside</textarea>' in page


def test_of_several_forms_the_one_that_fits() -> None:
    page = '<form method="post"><input name="x" value=""></form><form method="post"><input name="y"></form>'
    filled = refilled(page, "/p", [("y", "1")])
    assert filled == page.replace('<input name="y">', '<input name="y" value="1">')
