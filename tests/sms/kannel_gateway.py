"""A real Kannel with its own simulated message centre, unpacked from the system's packages or installed."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.builders import ROOT

UNPACKED = ROOT / ".venv" / "servers"
_LIBRARIES = (UNPACKED / "usr" / "lib", UNPACKED / "lib")
WAIT = 20.0


def find_program(name: str) -> str | None:
    """Return where a program of Kannel is, ``None`` where it is not."""
    for folder in ("usr/sbin", "usr/lib/kannel/test"):
        for root in (UNPACKED, Path("/")):
            if (root / folder / name).is_file():
                return str(root / folder / name)
    return shutil.which(name)


MISSING = [name for name in ("bearerbox", "smsbox", "fakesmsc") if find_program(name) is None]
"""Programs that are not there; ``tests/install-servers.sh`` fetches them."""

CONFIGURATION = """
group = core
admin-port = {admin}
admin-password = admin-of-kannel
box-deny-ip = "*.*.*.*"
box-allow-ip = "127.0.0.1"
smsbox-port = {box}
log-level = 4

group = smsc
smsc = fake
smsc-id = fake
host = 127.0.0.1
port = {centre}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {send}
log-level = 4
mo-recode = true
http-request-retry = {retries}
http-queue-delay = 1

group = sendsms-user
username = minping
password = {password}
max-messages = 10
concatenation = true

group = sms-service
keyword = default
catch-all = true
max-messages = 0
get-url = "{get_url}"
"""


@dataclass
class KannelGateway:
    """Kannel as it runs: where to send to, and its centre."""

    send_url: str
    centre: int
    folder: Path

    @contextmanager
    def client(self, message: str) -> Iterator[Path]:
        """Let a client send a message, ``from to text …``; yield the file that says what the centre got."""
        said = self.folder / "centre.txt"
        order = [str(find_program("fakesmsc")), "-H", "127.0.0.1", "-r", str(self.centre)]
        number = ["-i", "0.01", "-m", "1"]
        with said.open("wb") as out:
            process = subprocess.Popen([*order, *number, message], stdout=out, stderr=out, env=_environment())
            try:
                yield said
            finally:
                _end(process)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def wait_until(what: Callable[[], bool], why: str) -> None:
    """Wait for something that another process does."""
    end = time.monotonic() + WAIT
    while not what():
        assert time.monotonic() < end, why
        time.sleep(0.02)


def listens(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


def _environment() -> dict[str, str]:
    folders = ":".join(str(path) for folder in _LIBRARIES for path in folder.glob("*-linux-gnu"))
    return {**os.environ, "LD_LIBRARY_PATH": folders}


@contextmanager
def running_kannel(folder: Path, get_url: str, password: str, *, retries: int = 3) -> Iterator[KannelGateway]:
    ports = {name: free_port() for name in ("admin", "box", "centre", "send")}
    text = CONFIGURATION.format(**ports, password=password, get_url=get_url, retries=retries)
    path = folder / "kannel.conf"
    path.write_text(text, "ascii")
    with ExitStack() as stack:
        for program, port in (("bearerbox", ports["box"]), ("smsbox", ports["send"])):
            log = stack.enter_context((folder / f"{program}.txt").open("wb"))
            process = subprocess.Popen(
                [str(find_program(program)), "-v", "4", str(path)],
                stdout=log,
                stderr=log,
                cwd=folder,
                env=_environment(),
            )
            stack.callback(_end, process)
            wait_until(
                lambda port=port: listens(port), (folder / f"{program}.txt").read_text("utf-8", "replace")
            )
        yield KannelGateway(f"http://127.0.0.1:{ports['send']}/cgi-bin/sendsms", ports["centre"], folder)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(WAIT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(WAIT)


def got(said: Path) -> list[str]:
    """Return the messages that the centre was given, as it writes them."""
    text = said.read_text("utf-8", "replace") if said.exists() else ""
    return re.findall(r"Got message \d+: <(.*)>", text)
