"""Words without a database: one small application that speaks, in each language in turn."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from tests.builders import ROOT


@pytest.fixture(scope="session")
def speaking() -> Flask:
    app = Flask("words")
    Babel(app, default_locale="zh", default_translation_directories=str(ROOT / "survey" / "translations"))
    return app


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest, speaking: Flask) -> Iterator[str]:
    """The language in which everything is said."""
    with speaking.app_context(), force_locale(request.param):
        yield request.param


@pytest.fixture
def chinese(speaking: Flask) -> Iterator[None]:
    with speaking.app_context(), force_locale("zh"):
        yield


@pytest.fixture
def english(speaking: Flask) -> Iterator[None]:
    with speaking.app_context(), force_locale("en"):
        yield
