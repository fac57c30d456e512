"""M16: replies by text message through the whole service, beside a bare endpoint that keeps as many rows.

Each reply is a signed request of its own, brought over many connections at once: it is authenticated, read,
sealed to the box's key and committed before it is acknowledged. All the numbers are on the campaign's list.
"""

import argparse
import contextlib
import json
import secrets
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from survey.channels.sms.signed import signature
from survey.config import Settings, read_settings
from survey.instance import make_instance, ready_app
from tests.sms_clients import invite, number_of, numbers_of, open_sms

from . import reference
from .cast import NO_POSTGRESQL, postgresql
from .servers import KINDS, serving_as
from .setting import Drivers, gunicorn, serving
from .table import Row, alone, beside, medians, missing, say, share

CHANNEL = "mas"
CONNECTIONS = 32
"""A provider brings replies over some connections at once, not one for each client."""
_PATH = f"/sms/{CHANNEL}"
_KEY = secrets.token_urlsafe(32)
_CHANNEL_TABLE = f"""[channels.{CHANNEL}]
adapter = "signed"
number = "106900001234"
key = "{_KEY}"
send_url = "https://gateway.example.org/send"
"""


def measure(chosen: argparse.Namespace, folder: Path, drivers: Drivers) -> dict[str, Any]:
    """Bring replies to both servers on both databases and to the bare endpoint; all take turns."""
    found = _on("SQLite", chosen, folder / "sqlite", drivers)
    with postgresql(folder / "server") as (url, _processes):
        if url:
            found |= _on("PostgreSQL", chosen, folder / "postgresql", drivers, url)
    return found


def _on(
    database: str, chosen: argparse.Namespace, folder: Path, drivers: Drivers, url: str | None = None
) -> dict[str, Any]:
    number = chosen.requests
    clients = number * (chosen.turns + 1)
    settings = _opened(folder, clients, url)
    bare = folder / "reference.sqlite3"
    reference.prepare(str(bare), [])
    turns: dict[str, list[dict[str, Any]]] = {name: [] for name in ("reference", *KINDS)}
    with contextlib.ExitStack() as running:
        address = {"BENCH_REFERENCE": str(bare)}
        theirs = running.enter_context(gunicorn("bench.reference:create_app()", address, serving(chosen)))
        ours = {kind: running.enter_context(serving_as(kind, settings)) for kind in KINDS}
        for turn in range(chosen.turns + 1):
            for name, server in {"reference": theirs, **ours}.items():
                brought = _replies(turn * number, number)
                taken = drivers.load(server, brought, CONNECTIONS)
                if turn:  # the first warms up
                    turns[name].append(taken)
                said = f"{taken['rate']:.0f}/s, p95 {1000 * taken['p95']:.0f} ms, {taken['errors']} errors"
                say(f"  M16 turn {turn} {database}, {name}: {said}")
    with ready_app(settings):
        kept = numbers_of("hotline").replied
    return {f"{database}, {name}": medians(taken) for name, taken in turns.items()} | {
        f"{database}, lost": clients - kept
    }


def _opened(folder: Path, clients: int, url: str | None) -> Settings:
    """Make an instance with a channel and an open campaign by text message that has asked so many."""
    environment = {"MINPING_INSTANCE": str(folder)}
    if url:
        environment["MINPING_DATABASE_URL"] = url
    settings = read_settings(environment)
    make_instance(settings)
    channels = folder / "sms.toml"
    channels.touch(0o600)
    channels.write_text(_CHANNEL_TABLE, encoding="utf-8")
    with ready_app(settings) as app:
        invite(open_sms(app, clients))
    return settings


def _replies(first: int, number: int) -> list[list[bytes]]:
    """Write and sign one request a reply; a signature holds for five minutes."""
    return [[_request(client)] for client in range(first, first + number)]


def _request(client: int) -> bytes:
    reply = {
        "number": number_of(client),
        "to": "106900001234",
        "text": str(client % 3 + 1),
        "id": secrets.token_hex(8),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    body = json.dumps({"replies": [reply]}).encode()
    seconds, nonce = str(int(time.time())), secrets.token_urlsafe(18)
    head = (
        f"POST {_PATH} HTTP/1.1",
        "Host: 127.0.0.1",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        f"Minping-Time: {seconds}",
        f"Minping-Nonce: {nonce}",
        f"Minping-Signature: {signature(_KEY, seconds, nonce, 'POST', _PATH, body)}",
    )
    return "\r\n".join((*head, "", "")).encode() + body


def rows(found: dict[str, Any]) -> Iterator[Row]:
    databases = [name for name in ("SQLite", "PostgreSQL") if f"{name}, lost" in found]
    for name in databases:
        theirs = found[f"{name}, reference"]
        for kind in KINDS:
            ours = found[f"{name}, {kind}"]
            yield beside(
                f"M16 replies/s, {name}", ours["rate"], theirs["rate"], "≥ 100", server=kind, of_ratio=False
            )
            p95 = (1000 * ours["p95"], 1000 * theirs["p95"])
            yield beside(f"M16 reply, p95 ms, {name}", *p95, "< 200", server=kind, of_ratio=False)
            cpu = ours["server_ms"], theirs["server_ms"]
            yield beside(f"M16 reply, CPU ms, {name}", *cpu, places=2, server=kind)
            yield alone(f"M16 errors, {name}", ours["errors"] + theirs["errors"], "0", server=kind)
            yield alone(f"M16 clients' share of the cores, {name}", share(ours), server=kind)
        yield alone(f"M16 numbers without a reply in the end, {name}", found[f"{name}, lost"], "0")
    if "PostgreSQL" not in databases:
        yield missing("M16 on PostgreSQL", NO_POSTGRESQL)
