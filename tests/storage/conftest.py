"""One database of each kind for all tests of rows: each test's transaction is taken back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from survey.storage.database import engine_options, watch
from survey.storage.tables import Base


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A database with all tables and no rows, on each kind in turn."""
    url = f"sqlite:///{_file(tmp_path_factory)}"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres")
        url = server.new_database("rows").replace("postgresql:", "postgresql+psycopg:")
    made = create_engine(url, **engine_options(url))
    watch(made)
    Base.metadata.create_all(made)
    yield made
    made.dispose()


def _file(folders: pytest.TempPathFactory) -> Path:
    return folders.mktemp("rows") / "rows.db"


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session of which nothing is kept."""
    with engine.connect() as connection:
        outer = connection.begin()
        with Session(bind=connection, join_transaction_mode="create_savepoint") as made:
            yield made
        outer.rollback()
