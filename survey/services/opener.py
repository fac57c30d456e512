"""Opening ballots one after the other; also what a process does that helps with a large box.

Such a process is started afresh, so this module imports neither database nor web.
"""

from array import array
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from multiprocessing.connection import Connection

from survey.domain.campaign import Definition
from survey.domain.packing import Packing
from survey.domain.tally import Tally
from survey.secrecy.box import ENCAPSULATION_BYTES, BoxKey, box_info


@dataclass
class Opened:
    """What one reading of the box gives: totals, receipts as numbers, texts by field name.

    ``marks`` are short digests of the encapsulated keys, by which copies are found; ``repeated`` is the
    number of copies left out.
    """

    tally: Tally
    receipts: "array[int]" = field(default_factory=lambda: array("Q"))
    texts: list[tuple[str, str]] = field(default_factory=list)
    marks: "array[int]" = field(default_factory=lambda: array("Q"))
    repeated: int = 0

    def merge(self, other: "Opened") -> None:
        """Add what another process opened."""
        self.tally.merge(other.tally)
        self.receipts += other.receipts
        self.texts += other.texts
        self.marks += other.marks


class Opener:
    """Opens one sealed ballot after the other."""

    def __init__(self, definition: Definition, seed: bytes, repeated: frozenset[int] = frozenset()) -> None:
        self.opened = Opened(Tally(definition))
        self._packing = Packing(definition)
        self._info = box_info(definition.code, definition.digest)
        self._key = BoxKey(seed)
        self._repeated = repeated
        self._met: set[int] = set()
        self._read: set[int] = set()

    def add(self, sealed: bytes) -> None:
        """Open a ballot and add it up; one that cannot be read only misses in the totals."""
        mark = int.from_bytes(sha256(sealed[:ENCAPSULATION_BYTES]).digest()[:8], "little")
        self.opened.marks.append(mark)
        if mark in self._repeated:
            self.opened.repeated += mark in self._met
            self._met.add(mark)
        # Only one that was read displaces others: a copy spoilt on purpose may lie before its original.
        if mark in self._read:
            return
        packed = self._key.open(sealed, self._info)
        if packed is None:
            return
        try:
            form, ballot = self._packing.unpack(packed, receipt=False)
        except ValueError:
            return
        if mark in self._repeated:
            self._read.add(mark)
        self.opened.receipts.append(self._packing.receipt_number(packed))
        if self.opened.tally.add(form, ballot):
            self.opened.texts += ballot.texts.items()


def work(pipe: Connection) -> None:
    """Open the ballots that come through a pipe until ``None`` comes, and send back what they give.

    First come definition and seed. If the other end goes away, so does this process, without a word.
    """
    with suppress(EOFError, OSError):
        definition, seed = pipe.recv()
        opener = Opener(definition, seed)
        while (chunk := pipe.recv()) is not None:
            for sealed in chunk:
                opener.add(sealed)
        pipe.send(opener.opened)
