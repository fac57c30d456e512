"""Run migrations on the application's own engine."""

from alembic import context
from sqlalchemy import Connection

from survey.storage.database import db
from survey.storage.tables import Base


def _configure(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )


with db.engine.connect() as connection:
    _configure(connection)
    with context.begin_transaction():
        context.run_migrations()
