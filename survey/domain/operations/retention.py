"""Who keeps a database from forgetting rows that were deleted."""

from dataclasses import dataclass
from enum import StrEnum

NAMED = 3
"""How many of them a sentence names."""


class HolderKind(StrEnum):
    """What may still look at rows as they were."""

    SESSION = "session"
    PREPARED = "prepared"
    SLOT = "slot"
    STANDBY = "standby"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Holder:
    """One that still may: a session by its process, the others by their names; with its database, if any."""

    kind: HolderKind
    name: str = ""
    database: str = ""

    def __str__(self) -> str:
        """Describe in English who it is and how it is ended."""
        return _SAID[self.kind].format(name=self.name, database=self.database)


_SAID = {
    HolderKind.SESSION: 'the session of process {name} in database "{database}" has a transaction open '
    "(let it end, or: SELECT pg_terminate_backend({name}))",
    HolderKind.PREPARED: 'the prepared transaction "{name}" in database "{database}" is open '
    "(end it there: COMMIT PREPARED or ROLLBACK PREPARED)",
    HolderKind.SLOT: 'the replication slot "{name}" is behind '
    "(let who uses it catch up, or: SELECT pg_drop_replication_slot('{name}'))",
    HolderKind.STANDBY: 'the standby "{name}" still reads old rows (let the queries there end)',
    HolderKind.UNKNOWN: "PostgreSQL keeps old rows for a transaction that has no name here, or for a while "
    "by its settings",
}
