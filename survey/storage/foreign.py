"""A database file of an unknown sender: looked into before anything of it is read."""

import sqlite3
from collections.abc import Collection

from sqlalchemy import Connection, select

from survey.domain.definition.campaign import State
from survey.domain.definition.canonical import digest_of_text
from survey.domain.definition.reader import read_definition
from survey.domain.errors import BadFile, InvalidDefinition

from .draft_rows import read_document
from .tables import CampaignRow


def require_plain(found: sqlite3.Connection, known: Collection[str]) -> None:
    """Refuse a file that holds anything but tables of known names, and their indexes.

    A view in the place of a table can go on for ever, a trigger or a generated column runs what its writer
    wanted. Raises ``BadFile``; reading a damaged file raises what ``sqlite3`` raises.
    """
    found.execute("PRAGMA trusted_schema = OFF")
    found.execute("PRAGMA cell_size_check = ON")
    for kind, name, table, sql in found.execute("SELECT type, name, tbl_name, sql FROM sqlite_master"):
        words = str(sql or "").upper()
        plain = kind == "table" and name in known and words.startswith("CREATE TABLE")
        index = kind == "index" and table in known
        if not (plain or index) or "GENERATED ALWAYS" in words or " AS (" in words:
            raise BadFile(f"the backup holds something that no backup of Minping has: {kind} {name!r:.60}")


def require_readable(connection: Connection) -> None:
    """Refuse with ``BadFile`` campaigns that this programme could never have written."""
    columns = CampaignRow.code, CampaignRow.definition, CampaignRow.digest, CampaignRow.state
    for code, text, digest, state in connection.execute(select(*columns)):
        try:
            written = isinstance(text, str) and digest_of_text(text) == digest and state in list(State)
            if written and read_definition(read_document(text)).code == code:
                continue
        except (InvalidDefinition, ValueError, TypeError, LookupError, AttributeError, RecursionError):
            pass
        raise BadFile(f"the backup holds a campaign that cannot be read: {code!r:.60}")
