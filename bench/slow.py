"""R11: what other voters notice of idle connections, of slow clients and of bodies far too large.

Each turn is taken twice, without them and with them, on the same running server.
"""

import argparse
import contextlib
import json
import multiprocessing
import resource
import socket
import tempfile
import time
from collections.abc import Iterator
from multiprocessing.synchronize import Event
from pathlib import Path
from statistics import median
from typing import Any

from .driver import PATIENCE_SECONDS
from .setting import Drivers, Server, deployed, minping, opened, whole_journeys

CLIENTS = 4
"""Voters at once: as many as leave the machine room, so that waiting shows and not the processors."""
BODY = 20 << 20
HEAD = b"POST /v/cast HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
PLAGUES = {"idle": (1000, 0, 0), "slow": (0, 200, 0), "fat": (0, 0, 4), "all": (1000, 200, 4)}
"""Idle connections, clients at a byte a second, clients that send 20 MB one after the other."""


def plague(address: tuple[str, int], numbers: tuple[int, int, int], ready: Event, end: Event) -> None:
    """Be all these clients until told to end; connections that the server closes are opened again."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    idle, slow, fat = numbers
    with contextlib.ExitStack() as held:
        for _ in range(idle):
            held.enter_context(socket.create_connection(address, 30))
        dripping = [_begun(address, held) for _ in range(slow)]
        ready.set()
        while not end.is_set():
            began = time.monotonic()
            for place, one in enumerate(dripping):
                try:
                    one.sendall(b"a")
                except OSError:
                    one.close()
                    dripping[place] = _begun(address, held)
            for _ in range(fat):
                _send_far_too_much(address)
            end.wait(max(0.0, 1 - (time.monotonic() - began)))


def _begun(address: tuple[str, int], held: contextlib.ExitStack) -> socket.socket:
    one = held.enter_context(socket.create_connection(address, 30))
    with contextlib.suppress(OSError):
        one.sendall(HEAD + b"Content-Length: 3000\r\n\r\ncode=")
    return one


def _send_far_too_much(address: tuple[str, int]) -> None:
    with contextlib.suppress(OSError), socket.create_connection(address, 30) as one:
        one.sendall(HEAD + f"Content-Length: {BODY}\r\n\r\n".encode())
        piece = b"x" * 65_536
        for _ in range(BODY // len(piece)):
            one.sendall(piece)


@contextlib.contextmanager
def plagued(address: tuple[str, int], numbers: tuple[int, int, int]) -> Iterator[None]:
    """Let a process of its own hold on to a server for the length of a block."""
    spawn = multiprocessing.get_context("spawn")
    ready, end = spawn.Event(), spawn.Event()
    process = spawn.Process(target=plague, args=(address, numbers, ready, end), daemon=True)
    process.start()
    try:
        if not ready.wait(60):
            raise RuntimeError("the server takes no more connections")
        yield
    finally:
        end.set()
        process.join(60)
        process.kill()


def measure(server: Server, codes: list[str], numbers: tuple[int, int, int], size: int, turns: int) -> Any:
    """Take turns without and with the others; return the medians of both."""
    found: dict[str, list[dict[str, Any]]] = {"without": [], "with": []}
    drivers = Drivers()
    try:
        for turn in range(turns + 1):
            for kind in ("without", "with"):
                journeys = whole_journeys([codes.pop() for _ in range(size)])
                around = plagued(server.address, numbers) if kind == "with" else contextlib.nullcontext()
                with around:
                    one = drivers.load(server, journeys, CLIENTS)
                if turn:  # the first warms up
                    found[kind].append(one)
    finally:
        drivers.close()
    return {
        kind: {name: median(one[name] for one in each) for name in each[0]} for kind, each in found.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.slow", description=__doc__)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--journeys", type=int, default=300, help="journeys a turn")
    parser.add_argument("--only", choices=list(PLAGUES), action="append")
    parser.add_argument("--server", choices=["serve", "deployed"], action="append")
    parser.add_argument("--json", type=Path, metavar="FILE")
    chosen = parser.parse_args()
    figures: dict[str, Any] = {}
    print(f"{'server':<10}{'clients':<8}{'p99 without':>13}{'with':>9}{'ratio':>7}{'errors':>8}")
    for kind in chosen.server or ["serve", "deployed"]:
        for name in chosen.only or PLAGUES:
            with tempfile.TemporaryDirectory(prefix="minping-slow-") as folder:
                settings, codes = opened(Path(folder), 2 * chosen.journeys * (chosen.turns + 1))
                served = minping(settings) if kind == "serve" else deployed(settings)
                try:
                    with served as server:
                        one = measure(server, codes, PLAGUES[name], chosen.journeys, chosen.turns)
                except TimeoutError:
                    print(f"{kind:<10}{name:<8}  no answer for {PATIENCE_SECONDS} s", flush=True)
                    continue
            figures[f"{kind} {name}"] = one
            without, beside = one["without"], one["with"]
            print(
                f"{kind:<10}{name:<8}{1000 * without['p99']:>10.0f} ms{1000 * beside['p99']:>6.0f} ms"
                f"{beside['p99'] / without['p99']:>7.2f}{beside['errors']:>8.0f}",
                flush=True,
            )
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
