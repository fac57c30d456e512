"""One instance behind gunicorn for all tests of this folder."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from survey import create_app
from survey.storage.database import db
from tests.builders import a_team_and, running_campaign
from tests.conftest import settings_on
from tests.signing_in import an_account, cookie_of

from .fronted import Running, gunicorn

PERSONS = 80


@dataclass
class Backend:
    """A gunicorn, codes that can still be used, and the cookie of a clerk."""

    server: Running
    codes: list[str]
    cookie: str


@pytest.fixture(scope="session")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    folder = tmp_path_factory.mktemp("gunicorn")
    settings = settings_on("sqlite", folder, None)
    app = create_app(settings)
    codes = running_campaign(app, a_team_and(PERSONS), 40).codes["A"]
    with app.app_context():
        cookie = cookie_of(app, an_account("organiser"))
        db.session.remove()
        db.engine.dispose()
    with gunicorn(settings, folder) as server:
        yield Backend(server, codes, f"{cookie['name']}={cookie['value']}")
