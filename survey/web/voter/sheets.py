"""Empty ballots, rendered once for each campaign and rater group and kept in memory."""

import secrets
from collections.abc import Callable, Hashable
from threading import Lock

_MOST_KEPT = 64

Render = Callable[[str, str], str]


class Sheets:
    """The empty ballots that were asked for last, each cut where code and receipt belong."""

    def __init__(self) -> None:
        self._pieces: dict[Hashable, tuple[bytes, bytes, bytes]] = {}
        self._lock = Lock()

    def body(self, key: Hashable, code: str, receipt: str, render: Render) -> bytes:
        """Return an empty ballot with a code and a receipt in their places.

        ``key`` names all that the page depends on; ``render`` makes it from a code and a receipt, in this
        order on the page. Both are base32, so nothing needs escaping.
        """
        before, between, after = self._pieces.get(key) or self._cut(key, render)
        return b"".join((before, code.encode(), between, receipt.encode(), after))

    def _cut(self, key: Hashable, render: Render) -> tuple[bytes, bytes, bytes]:
        # Random marks: no text of a definition can contain them.
        code, receipt = secrets.token_hex(16), secrets.token_hex(16)
        before, _, rest = render(code, receipt).partition(code)
        between, _, after = rest.partition(receipt)
        pieces = (before.encode(), between.encode(), after.encode())
        with self._lock:
            while len(self._pieces) >= _MOST_KEPT:
                self._pieces.pop(next(iter(self._pieces)))
            self._pieces[key] = pieces
        return pieces
