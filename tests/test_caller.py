"""A test run is the same for everybody: whatever its caller ignores, blocks or speaks."""

import os
import signal
import subprocess
import sys

from tests.builders import ROOT

SHOW = """
import json, os, signal, time
from tests.caller import forget_caller
forget_caller()
handlers = [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM, signal.SIGCHLD)]
print(json.dumps({
    "blocked": len(signal.pthread_sigmask(signal.SIG_BLOCK, ())),
    "ignored": handlers.count(signal.SIG_IGN),
    "zone": time.strftime("%z"),
    "umask": os.umask(0),
    "names": sorted(n for n in os.environ if n.startswith(("MINPING_", "LC_", "LANG"))),
}))
"""
WANTED = '{"blocked": 0, "ignored": 0, "zone": "+0800", "umask": 18, "names": ["LC_ALL", "MINPING_CHAOS"]}\n'


def strange() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    os.umask(0o077)


def test_what_a_caller_leaves_behind_is_forgotten() -> None:
    environment = os.environ | {
        "TZ": "America/St_Johns",
        "LC_TIME": "de_DE",
        "LANGUAGE": "de",
        "MINPING_BASE_URL": "https://elsewhere.example",
        "MINPING_CHAOS": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", SHOW],
        cwd=ROOT,
        env=environment,
        preexec_fn=strange,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == WANTED
