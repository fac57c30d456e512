"""Real servers for tests: ``minping serve`` as a process of its own."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from survey.config import Settings


@dataclass
class Served:
    """A running server."""

    host: str
    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def environment_of(settings: Settings) -> dict[str, str]:
    return os.environ | {
        "MINPING_INSTANCE": str(settings.instance),
        "MINPING_KEYS": str(settings.keys),
        "MINPING_DATABASE_URL": settings.database_url,
        "MINPING_BASE_URL": settings.base_url,
    }


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def start(settings: Settings, port: int | None = None, threads: int = 8) -> Served:
    """Start a server and wait until it is ready."""
    port = port or free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "survey.cli", "serve", "--port", str(port), "--threads", str(threads)],
        env=environment_of(settings),
        stdout=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if get("127.0.0.1", port, "/readyz")[0] == 200:
                return Served("127.0.0.1", port, process)
        if process.poll() is not None:
            raise RuntimeError("the server ended at once")
        time.sleep(0.05)
    process.kill()
    raise RuntimeError("the server did not get ready")


@contextlib.contextmanager
def served(settings: Settings, threads: int = 8) -> Iterator[Served]:
    """Serve an instance for the length of a block."""
    running = start(settings, threads=threads)
    try:
        yield running
    finally:
        end(running.process)


def end(process: "subprocess.Popen[bytes]", patience: float = 15) -> None:
    """Ask a process to end, and kill it where it does not in so many seconds."""
    process.terminate()
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def get(host: str, port: int, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(host, port, timeout=30)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def post(
    host: str, port: int, path: str, fields: dict[str, str | list[str]], timeout: float = 60
) -> tuple[int, bytes]:
    """Post a form and ask for JSON."""
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
    try:
        connection.request("POST", path, urlencode(fields, doseq=True), headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
