"""Which tables hold deleted rows that the database's files have yet to forget, and since when.

Noted in the transaction that deletes, so that an act that is taken up again waits for those who were there
then, not for whoever has come since; and so that the worker finds what an erased trial run left behind.
"""

import secrets
from collections.abc import Iterable

from sqlalchemy import Connection, delete, select, text

from .tables import ToForgetRow

BOX = ("ballots", "tokens", "codes_given")
"""The tables that voters' requests write to."""

# Of two that delete at once the later one counts, whichever wrote last.
_NOTE = {
    "postgresql": text(
        "INSERT INTO to_forget (table_name, transaction_id) "
        "VALUES (:table, CAST(CAST(pg_current_xact_id() AS text) AS bigint)) ON CONFLICT (table_name) "
        "DO UPDATE SET transaction_id = greatest(to_forget.transaction_id, excluded.transaction_id)"
    ),
    "sqlite": text(
        "INSERT INTO to_forget (table_name, transaction_id) VALUES (:table, :random) "
        "ON CONFLICT (table_name) DO UPDATE SET transaction_id = excluded.transaction_id"
    ),
}


def note(connection: Connection, tables: Iterable[str]) -> None:
    """Note that this transaction deletes rows of these tables.

    SQLite has no numbers of transactions; there a random one tells one note from the next.
    """
    for table in sorted(tables):  # in one order, so that two do not wait for each other
        bound: dict[str, object] = {"table": table}
        if connection.dialect.name == "sqlite":
            bound |= {"random": secrets.randbits(60)}
        connection.execute(_NOTE[connection.dialect.name], bound)


def noted(connection: Connection) -> dict[str, int]:
    """Return the tables of which the files have rows to forget, with the transaction that deleted them."""
    rows = connection.execute(select(ToForgetRow.table_name, ToForgetRow.transaction_id))
    # Names become part of a statement, so only those of our own tables count, whoever wrote the rows.
    return {
        row.table_name: row.transaction_id for row in rows if row.table_name in ToForgetRow.metadata.tables
    }


def clear(connection: Connection, marks: dict[str, int]) -> None:
    """Drop notes, but not those that were renewed meanwhile."""
    for table, number in marks.items():
        connection.execute(
            delete(ToForgetRow).where(ToForgetRow.table_name == table, ToForgetRow.transaction_id == number)
        )


def clear_all(connection: Connection) -> None:
    """Drop all notes: those of a restored backup are of files that are elsewhere."""
    connection.execute(delete(ToForgetRow))
