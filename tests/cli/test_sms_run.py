"""The command that sends, as a process: what is queued goes to the gateway, and SIGTERM ends it in time."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from time import monotonic

import pytest

from survey.documents.definition.definition_file import write_toml
from tests.shell import Shell
from tests.sms_clients import a_list, an_sms_definition, number_of

pytestmark = pytest.mark.slow

NUMBER = 4


class Gateway(ThreadingHTTPServer):
    """A gateway that takes every message, and keeps to whom it went."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taking)
        self.taken: list[dict[str, str]] = []
        self.all_taken = Event()


class _Taking(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.taken.append(content)
        body = json.dumps({"id": f"m{len(self.server.taken)}"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        if len(self.server.taken) == NUMBER:
            self.server.all_taken.set()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    made = Gateway()
    thread = Thread(target=made.serve_forever)
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


def test_it_sends_and_ends(shell: Shell, gateway: Gateway) -> None:
    shell.do("init")
    data = an_sms_definition()
    data["sms"] |= {"window": ["00:00", "23:59"], "extension": "7"}
    shell.file("hotline.toml", write_toml(data))
    shell.file("list.csv", a_list(NUMBER).decode())
    channels = shell.folder / "instance" / "sms.toml"
    channels.write_text(
        '[channels.mas]\nadapter = "signed"\nkey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEF"\n'
        f'send_url = "http://127.0.0.1:{gateway.server_port}/send"\n'
    )
    channels.chmod(0o600)
    for command in (
        "campaign load hotline.toml",
        "campaign arm hotline",
        "sms take hotline list.csv",
        "campaign open hotline",
        "sms send hotline",
    ):
        shell.do(command)
    sender = subprocess.Popen(
        [sys.executable, "-m", "survey.cli", "sms", "run", "mas"],
        env=os.environ | shell.environment,
        cwd=shell.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        assert gateway.all_taken.wait(60)
        began = monotonic()
        sender.send_signal(signal.SIGTERM)
        out, err = sender.communicate(timeout=30)
        assert monotonic() - began < 10
    finally:
        sender.kill()
    assert (sender.returncode, out.decode().strip()) == (0, "sending over mas")
    assert sorted(one["number"] for one in gateway.taken) == [number_of(at) for at in range(NUMBER)]
    assert {one["sub_number"] for one in gateway.taken} == {"7"}
    assert "138000" not in err.decode()
    numbers = shell.do("sms status hotline --json").json
    assert (numbers["sent"], numbers["queued"], numbers["uncertain"]) == (NUMBER, 0, 0)
