import pytest
from flask import Flask

from tests.web.clerk import Office, log_in


@pytest.fixture
def office(app: Flask) -> Office:
    return log_in(app)
