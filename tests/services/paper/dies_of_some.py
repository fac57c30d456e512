"""A process that ends at a hostile file, and of others gives the pages that they hold as if it read them."""

import os
import pickle
import sys

from survey.channels.paper import messages

HOSTILE = b"hostile"


def work() -> None:
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    pickle.load(asked)
    while True:
        try:
            data, skipped = pickle.load(asked)
        except EOFError:
            return
        if data == HOSTILE and not skipped:
            os._exit(1)
        for page in [] if data == HOSTILE else pickle.loads(data)[skipped:]:
            messages.write(answers, page)
        messages.write(answers, None)
