"""What a test run would take over from whoever calls it: the same for everybody."""

import os
import signal
import sys
import time

_SIGNALS = {
    signal.SIGINT: signal.default_int_handler,
    signal.SIGTERM: signal.SIG_DFL,
    signal.SIGALRM: signal.SIG_DFL,
    # Whoever ignores this one never learns how a process of its own ended.
    signal.SIGCHLD: signal.SIG_DFL,
}
_ENVIRONMENT = {
    "LC_ALL": "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8",
    # The users' own: in UTC a moment of the wrong zone would look right.
    "TZ": "Asia/Shanghai",
}
_MEANT = "MINPING_CHAOS"
"""What whoever calls says to the tests themselves."""


def forget_caller() -> None:
    """Set signals, language, zone and modes of new files, and remove the settings of an instance.

    What is tested with another value of these sets it by itself, in a process of its own.
    """
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    for number, handler in _SIGNALS.items():
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)
    for name in list(os.environ):
        if name.startswith(("MINPING_", "LC_", "LANG")) and name != _MEANT:
            del os.environ[name]
    os.environ.update(_ENVIRONMENT)
    time.tzset()
    os.umask(0o022)
