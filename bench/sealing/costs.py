"""What sealing on the phone costs beside the browser: bytes sent, the server's time, the slip's QR code."""

import base64
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

from flask import Flask
from flask.testing import FlaskClient

from bench.setting import answers, opened
from survey.documents.layout import qr
from survey.documents.pdf.slips import QR_SIDE
from survey.instance import ready_app
from survey.secrecy.box import ENCAPSULATION_BYTES
from survey.secrecy.receipt import new_receipt
from survey.services.voting import casting

from .ballots import Example

_CODE = "7K3M-9QXA-BC2D-EFGH"
_TAG_BYTES = 16
HOSTS = (
    "https://pj.example.cn",
    "https://minping.example.gov.cn",
    "https://pingyi.zzb.dongshan-qu.example.gov.cn",
)
FINGERPRINTS = (0, 8, 16, 26)
"""Symbols of five bits: none, 40 bits, 80 bits, 130 bits."""


def sent_bytes(example: Example) -> int:
    """Return how long a request with a ready-sealed ballot is: code, receipt for the answer, base64."""
    sealed = ENCAPSULATION_BYTES + example.packing.size + _TAG_BYTES
    return len(f"code={_CODE}&sealed=") + len(base64.b64encode(bytes(sealed)))


def slips() -> Iterator[tuple[str, int, int, float]]:
    """Yield for each host and length of fingerprint: modules a side, and the mm of one on a slip."""
    for host in HOSTS:
        for symbols in FINGERPRINTS:
            address = f"{host}/v#{_CODE}" + ("." + "7" * symbols if symbols else "")
            side = len(qr.matrix(address))
            yield host, symbols, side, QR_SIDE / side


def server_cpu(folder: Path, casts: int, turns: int) -> dict[str, float]:
    """Return the microseconds of processor time of a cast that the server seals, of one that came sealed,
    and of checking, packing and sealing alone."""
    settings, codes = opened(folder, 2 * casts * turns + 1)
    chance = random.Random(48)
    found: dict[str, list[float]] = {"server seals": [], "came sealed": [], "check, pack, seal": []}
    with ready_app(settings, pages=True) as app:
        client = app.test_client()
        sample = _sample(app, codes.pop(), answers(chance))
        for _ in range(turns):
            ours = [{"code": codes.pop(), "receipt": new_receipt(), **answers(chance)} for _ in range(casts)]
            found["server seals"].append(_cpu(client, ours))
            ready = base64.b64encode(sample.content).decode()
            with ready_sealed():
                theirs = [{"code": codes.pop(), "sealed": ready} for _ in range(casts)]
                found["came sealed"].append(_cpu(client, theirs))
            began = time.process_time()
            for fields in ours:
                posted = {name: [value] for name, value in fields.items() if name != "code"}
                casting.seal(sample.ticket, posted)
            found["check, pack, seal"].append((time.process_time() - began) / casts * 1e6)
    return {name: median(values) for name, values in found.items()}


def _sample(app: Flask, code: str, fields: dict[str, str]) -> casting.Sealed:
    from survey.storage.fast_connection import fast_connection
    from survey.web.context import now, vault

    with app.app_context(), fast_connection() as conn:
        ticket = casting.admit(conn, vault(), code, now())
        return casting.seal(ticket, {name: [value] for name, value in fields.items()})


@contextmanager
def ready_sealed() -> Iterator[None]:
    """Let the server take ready-sealed ballots, as far as it could: only their length can be checked."""

    def take(ticket: casting.Ticket, posted: Any) -> casting.Sealed:
        content = base64.b64decode(posted["sealed"][0], validate=True)
        size = casting._packing(ticket.definition).size
        assert len(content) == ENCAPSULATION_BYTES + size + _TAG_BYTES
        return casting.Sealed(ticket, content, "")

    with patch.object(casting, "seal", take):
        yield


def _cpu(client: FlaskClient, bodies: list[dict[str, str]]) -> float:
    began = time.process_time()
    for body in bodies:
        answer = client.post("/v/cast", data=body, headers={"Accept": "application/json"})
        assert answer.status_code == 201, answer.data
    return (time.process_time() - began) / len(bodies) * 1e6
