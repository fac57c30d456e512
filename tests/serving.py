"""Real servers for tests: ``minping serve`` as a process of its own."""

import asyncio
import contextlib
import http.client
import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from urllib.parse import urlencode

from flask import Flask

from survey.config import Settings
from survey.web.server.dispatching import Dispatcher
from survey.web.server.gunicorn_worker import Listener
from tests import loaded
from tests.family import family, kill_all, memory_of_each


@dataclass
class Served:
    """A running server."""

    host: str
    port: int
    process: loaded.Started

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def memory(self) -> dict[int, int]:
        """Return how many bytes each of its processes has."""
        return memory_of_each(self.process.pid)

    def grown_since(self, before: Mapping[int, int]) -> int:
        """Return by how many bytes the processes have grown that were there: others may begin meanwhile."""
        now = self.memory()
        return sum(now[pid] - had for pid, had in before.items() if pid in now)

    def kill(self) -> None:
        """Kill all its processes at once."""
        children = family(self.process.pid)[1:]
        self.process.kill()
        kill_all(children)
        self.process.wait()


AS_INSTALLED = Path(__file__).parent / "data" / "as_installed"


def environment_of(settings: Settings) -> dict[str, str]:
    return os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, (str(AS_INSTALLED), os.environ.get("PYTHONPATH")))),
        "MINPING_INSTANCE": str(settings.instance),
        "MINPING_KEYS": str(settings.keys),
        "MINPING_DATABASE_URL": settings.database_url,
        "MINPING_BASE_URL": settings.base_url,
    }


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def start(
    settings: Settings,
    port: int | None = None,
    threads: int = 8,
    processes: int | None = None,
    works: bool = True,
) -> Served:
    """Start a server and wait until it is ready; where it does not do long work, another does."""
    port = port or free_port()
    process = loaded.start(
        *("serve", "--port", str(port), "--threads", str(threads)),
        *(("--processes", str(processes)) if processes else ()),
        *(() if works else ("--no-worker",)),
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
def served(
    settings: Settings, threads: int = 8, processes: int | None = None, works: bool = True
) -> Iterator[Served]:
    """Serve an instance for the length of a block."""
    running = start(settings, threads=threads, processes=processes, works=works)
    try:
        yield running
    finally:
        end(running.process)


def end(process: "subprocess.Popen[bytes] | loaded.Started", patience: float = 15) -> None:
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


@dataclass
class InProcess:
    """A server's loop in a thread of the test, so that the test sees into it."""

    port: int
    dispatcher: Dispatcher


@contextlib.contextmanager
def in_process(app: Flask, threads: int = 2, look: float = 1.0, most: int = 1000) -> Iterator[InProcess]:
    """Serve an application with so many threads for voters, and at most so many connections, for a block."""
    ready: SimpleQueue[InProcess] = SimpleQueue()
    told = asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        dispatcher = Dispatcher(app, loop, threads)
        with socket.socket() as sock:
            sock.bind(("127.0.0.1", 0))
            sock.listen(128)
            listener = Listener(sock, dispatcher, most)
            ready.put(InProcess(sock.getsockname()[1], dispatcher))
            while not told.is_set():
                dispatcher.look(time.monotonic())
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(told.wait(), look)
            listener.close()
        for connection in list(dispatcher.connections):
            connection.break_off()
        await asyncio.sleep(0)
        dispatcher.close()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    try:
        yield ready.get(timeout=30)
    finally:
        loop.call_soon_threadsafe(told.set)
        thread.join(30)
        loop.close()
