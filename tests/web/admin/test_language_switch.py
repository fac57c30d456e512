"""The language of the organisers' pages."""

import pytest
from flask import Flask

from tests.office import Office


def test_the_language_is_kept_and_leads_back(app: Flask) -> None:
    office = Office(app)
    office.get("/admin/")
    answer = office.post("/admin/language", language="en", page="/admin/c/small")
    assert answer.location == "/admin/c/small"
    assert '<html lang="en">' in office.get("/admin/").text
    answer = office.post("/admin/language", language="zh", page="/admin/")
    assert '<html lang="zh-CN">' in office.get("/admin/").text


@pytest.mark.parametrize(
    "page", ["https://elsewhere.example/admin/", "//elsewhere.example", "/admin/\\elsewhere", "/v", ""]
)
def test_a_language_leads_nowhere_else(app: Flask, page: str) -> None:
    office = Office(app)
    office.get("/admin/")
    assert office.post("/admin/language", language="en", page=page).location == "/admin/"
