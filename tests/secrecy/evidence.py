"""What a copy of everything on disk tells about one campaign, without any key."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass
class Evidence:
    """Rows in every order that the files show them in, and marks that rows may share.

    ``sealed`` and ``spent`` (digests of used codes), ``receipts`` and ``texts`` map names of orders to rows;
    ``sealed_marks`` and ``spent_marks`` map names of marks, such as transaction ids, to each row's mark.
    """

    sealed: dict[str, list[bytes]] = field(default_factory=dict)
    spent: dict[str, list[bytes]] = field(default_factory=dict)
    receipts: dict[str, list[str]] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=dict)
    sealed_marks: dict[str, dict[bytes, int]] = field(default_factory=dict)
    spent_marks: dict[str, dict[bytes, int]] = field(default_factory=dict)


class Disk(Protocol):
    """Everything that was on disk at one moment."""

    def evidence(self, code: str) -> Evidence:
        """Collect what it tells about one campaign."""
        ...

    def close(self) -> None: ...
