"""The page for the office on how voting on paper is done."""

from flask import Flask

from tests.builders import armed_campaign
from tests.web.admin.campaigns.test_codes import browser

from .voted_on_paper import PAGE, on_paper


def test_it_says_what_the_definition_has(app: Flask) -> None:
    armed_campaign(app, on_paper())
    page = browser(app, "看一看", "viewer").get(f"{PAGE}/guide").text
    assert "200 dpi" in page
    assert "手机投票联" in page
    assert "文字意见请用手机提交" in page
    assert "不能用同一份清单印纸票" in page


def test_without_strip_and_with_words(app: Flask) -> None:
    armed_campaign(app, on_paper() | {"paper": {"size": "A3", "strip": False, "texts": "typed"}})
    page = browser(app, "看一看", "viewer").get(f"{PAGE}/guide").text
    assert "A3" in page
    assert "手机投票联" not in page
    assert "笔迹可能被认出" in page
