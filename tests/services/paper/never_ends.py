"""In place of what reads scanned files: it works for ever, and its clock rings soon."""

import pickle
import signal
import sys


def work() -> None:
    pickle.load(sys.stdin.buffer)
    pickle.load(sys.stdin.buffer)
    signal.setitimer(signal.ITIMER_PROF, 0.05)
    while True:
        pass
