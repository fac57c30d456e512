"""gunicorn for Minping: ``gunicorn -c deploy/gunicorn.conf.py``, on this machine only, behind nginx or Caddy.

Nothing about a voter may reach a log, and nothing that a voter sends may reach a file. The worker keeps
bodies in memory and limits them; there is no access log; what gunicorn would say about a request is cut down
to the kind of failure.
Long work is not done here: run ``minping worker`` beside it.
"""

import logging
import os
import re
import sys
import threading
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger

from survey.domain.errors import MinpingError
from survey.instance import ready_app


def _number(name: str, default: int) -> int:
    said = os.environ.get(name) or str(default)
    if not re.fullmatch(r"[1-9]\d{0,3}", said, re.ASCII):
        raise SystemExit(f'minping: {name} "{said}" cannot be used; write a number, as 4')
    return int(said)


wsgi_app = "survey:create_app()"
proc_name = "minping"

# On this machine only: whoever speaks to it from here is believed about HTTPS.
bind = os.environ.get("MINPING_BIND", "127.0.0.1:8000")
backlog = 2048

workers = _number("MINPING_WORKERS", max(2, os.cpu_count() or 1))
# The same server as minping serve: it waits for slow clients without a thread, and has limits of its own for
# heads, bodies and patience. Organisers and readers have a few threads of their own beside those for voters.
worker_class = "survey.web.server.gunicorn_worker.SharingWorker"
threads = _number("MINPING_THREADS", 8)
timeout = 60
graceful_timeout = 60
# A heartbeat must not wait for a disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108

# The proxy on this machine says whether a request came by HTTPS; nobody else is believed.
forwarded_allow_ips = "127.0.0.1,::1"
secure_scheme_headers = {"X-FORWARDED-PROTO": "https"}
forwarder_headers = ""

control_socket_disable = True
accesslog = None
errorlog = "-"
loglevel = "info"
capture_output = False


class _AboutProcesses(logging.Filter):
    """Let through what is said of processes; of requests only the kind of failure, never address or path."""

    def filter(self, record: logging.LogRecord) -> bool:
        if threading.current_thread() is threading.main_thread():
            return True
        if record.exc_info and record.exc_info[0]:
            record.msg, record.args = "failure in a request: %s", (record.exc_info[0].__name__,)
            record.exc_info = record.exc_text = None
            return True
        return False


class QuietLogger(Logger):
    """gunicorn's log without requests: they are handled in threads of their own."""

    def setup(self, cfg: Any) -> None:
        """Attach the filter to the log that gunicorn has set up."""
        super().setup(cfg)
        self.error_log.addFilter(_AboutProcesses())


logger_class = QuietLogger


def on_starting(_server: Any) -> None:
    """Refuse to start, in one line, where ``minping init`` is due or the database is away."""
    try:
        with ready_app():
            pass
    except MinpingError as error:
        sys.stderr.write(f"minping: {error}\n")
        raise SystemExit(1) from None
