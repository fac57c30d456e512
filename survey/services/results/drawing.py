"""How memory is looked after while a file is drawn."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_ALLOCATIONS = 200_000
"""Objects made, less those gone, until the youngest are looked through; the interpreter's own is 700."""


@contextmanager
def rarely_collecting() -> Iterator[None]:
    """Look for circles of objects rarely, while a report is made and drawn by a process of its own.

    A report on 1,000 persons is millions of objects, next to none of them in circles: the interpreter would
    go through all of them again and again, for a quarter of the time. It is not turned off: each font that is
    read is circles of some ten thousand objects, and a ZIP file is of a thousand documents.
    """
    before = gc.get_threshold()
    gc.set_threshold(_ALLOCATIONS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
