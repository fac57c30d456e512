"""In place of what reads scanned files: it asks for more memory than it may have, and ends of it."""

import pickle
import sys

from survey.channels.paper import child, messages


def work() -> None:
    pickle.load(sys.stdin.buffer)
    pickle.load(sys.stdin.buffer)
    child._limit_memory()
    try:
        bytearray(child.MAX_MEMORY)
    except MemoryError:
        return
    # It got it: then the file has no page and nothing wrong with it.
    messages.write(sys.stdout.buffer, None)
