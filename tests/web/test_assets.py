"""Addresses of assets."""

import re

from flask import Flask

from tests.office import Office


def test_addresses_of_assets_name_their_content(app: Flask) -> None:
    text = Office(app).get("/admin/").text
    sheets = re.findall(r'/static/css/(\w+)\.css\?v=([0-9a-f]{10})"', text)
    assert [name for name, _ in sheets] == ["tokens", "office"]
