"""Run migrations on the application's own engine, or on the connection that was given."""

from contextlib import nullcontext

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


# A backup of an older version is migrated in a file of its own.
_given = context.config.attributes.get("connection")
with db.engine.connect() if _given is None else nullcontext(_given) as connection:
    _configure(connection)
    with context.begin_transaction():
        context.run_migrations()
