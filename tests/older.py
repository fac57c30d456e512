"""Making a SQLite file what an older programme would have left."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from survey.storage.schema import FOLDER


def take_back(file: Path, revision: str) -> None:
    """Take the tables of a database, or of a backup, back to those of an earlier revision."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    engine = create_engine(f"sqlite:///{file}")
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.stamp(config, "head")
            command.downgrade(config, revision)
    finally:
        engine.dispose()
