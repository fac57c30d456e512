"""How PostgreSQL's files were once made to forget: readers of the own database were waited for, no others.

A control: what it leaves behind must be found.
"""

from sqlalchemy import Engine, text


def forget_as_once(engine: Engine, *_more: str) -> None:
    """Do as versions before 0017's decision did; the wait for readers of this database found none here."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        now = connection.scalar(text("SELECT pg_current_xact_id()::xid::text"))
        older = text(
            "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
            "AND backend_xmin IS NOT NULL AND datname = current_database() "
            "AND age(backend_xmin) > age(CAST(:now AS xid))"
        )
        assert connection.scalar(older, {"now": now}) == 0
        connection.execute(text("VACUUM FULL ballots"))
        connection.execute(text("VACUUM FULL tokens"))
        connection.execute(text("VACUUM codes_given"))
