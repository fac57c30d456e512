"""Minping as it is run in earnest: gunicorn with our configuration, nginx or Caddy with theirs before it."""

import contextlib
import http.client
import os
import random
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from survey.config import Settings
from tests.builders import ROOT
from tests.family import each, family
from tests.serving import end, environment_of

DEPLOY = ROOT / "deploy"
FETCHED = ROOT / ".venv" / "servers"
"""Where tests/install-servers.sh puts what the system does not have."""

# Debian's own nginx.conf, as far as it concerns us: it logs, and compresses.
_AROUND = """
user root;
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/logs/main-error.log info;
events {{ worker_connections 512; }}
http {{
    access_log {folder}/logs/access.log;
    error_log {folder}/logs/error.log info;
    gzip on;
    client_body_temp_path {folder}/temporary/body;
    proxy_temp_path {folder}/temporary/proxy;
    fastcgi_temp_path {folder}/temporary/fastcgi;
    uwsgi_temp_path {folder}/temporary/uwsgi;
    scgi_temp_path {folder}/temporary/scgi;
    include {folder}/minping.conf;
}}
"""


def free_port() -> int:
    """Return a port to listen at, of those that no client is given: others' connections may not take it."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as tried, contextlib.suppress(OSError):
            tried.bind(("127.0.0.1", port))
            return port


def program(name: str) -> str:
    """Return where a server's program is; without it, skip by name, or fail in CI."""
    if not sys.platform.startswith("linux"):
        pytest.skip(f"{name} before Minping is watched on Linux only")
    places = f"{FETCHED}/usr/sbin:{FETCHED}/usr/bin:{os.environ['PATH']}:/usr/sbin:/opt/homebrew/bin"
    found = shutil.which(name, path=places)
    if found is None:
        missing = f"{name} is not installed; that it spools and logs nothing was not tried"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    return found


@dataclass
class Running:
    """A process with its children, the folder it works in, and where it answers."""

    process: subprocess.Popen[bytes]
    folder: Path
    port: int

    def pids(self) -> list[int]:
        return [process.pid for process in family(self.process.pid)]

    def cpu(self) -> float:
        return sum(each(family(self.process.pid), lambda process: sum(process.cpu_times()[:2])))

    def logged(self) -> list[Path]:
        return sorted((self.folder / "logs").iterdir())


@contextlib.contextmanager
def running(command: list[str], folder: Path, environment: dict[str, str], port: int) -> Iterator[Running]:
    """Run a server in a folder of its own, which holds its home, its logs and its temporary files."""
    for name in ("logs", "temporary", "home", "work"):
        (folder / name).mkdir(exist_ok=True)
    around = {"TMPDIR": str(folder / "temporary"), "HOME": str(folder / "home")}
    with (folder / "logs" / "output.log").open("ab") as output:
        process = subprocess.Popen(
            command,
            env=os.environ | around | environment,
            cwd=folder / "work",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        yield Running(process, folder, port)
    finally:
        end(process, 20)


def wait_until_it_answers(server: Running, *, plain: bool = False, status: int = 200) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = (
                http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
                if plain
                else http.client.HTTPSConnection("127.0.0.1", server.port, timeout=10, context=trusting())
            )
            with contextlib.closing(connection):
                connection.request("GET", "/readyz")
                if connection.getresponse().status == status:
                    return
        if server.process.poll() is not None:
            break
        time.sleep(0.05)
    said = "\n".join(path.read_text(errors="replace") for path in server.logged())
    raise AssertionError(f"the server did not get ready:\n{said}")


@contextlib.contextmanager
def gunicorn(settings: Settings, folder: Path, *options: str) -> Iterator[Running]:
    """Serve an instance with deploy/gunicorn.conf.py, by one process of four threads."""
    port = free_port()
    environment = environment_of(settings) | {
        "MINPING_BIND": f"127.0.0.1:{port}",
        "MINPING_WORKERS": "1",
        "MINPING_THREADS": "4",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "gunicorn", "-c", str(DEPLOY / "gunicorn.conf.py"), *options]
    with running(command, folder, environment, port) as server:
        wait_until_it_answers(server, plain=True)
        yield server


def nginx_site(folder: Path, upstream: int, port: int, plain: int) -> str:
    """Return deploy/nginx/minping.conf for this machine: other ports, our certificate."""
    text = (DEPLOY / "nginx" / "minping.conf").read_text()
    text = re.sub(r"(?m)^ *listen \[::\].*\n", "", text)
    for old, new in (
        # A small buffer of the kernel's, so that a client who does not read is felt at once.
        ("listen 443 ssl http2 default_server backlog=4096", f"listen 127.0.0.1:{port} ssl http2 sndbuf=16k"),
        ("listen 80 default_server backlog=4096", f"listen 127.0.0.1:{plain}"),
        ("server 127.0.0.1:8000", f"server 127.0.0.1:{upstream}"),
        ("/etc/minping/tls", str(folder)),
    ):
        assert old in text, old
        text = text.replace(old, new)
    return text


@contextlib.contextmanager
def nginx(
    upstream: int, folder: Path, changes: dict[str, str] | None = None, status: int = 200
) -> Iterator[Running]:
    """Run nginx before what answers at a port, until ``/readyz`` gives a status.

    ``changes`` are made to its site, for controls.
    """
    port, plain = free_port(), free_port()
    folder.mkdir()
    (folder / "logs").mkdir()
    (folder / "temporary").mkdir()
    write_certificate(folder)
    site = nginx_site(folder, upstream, port, plain)
    for old, new in (changes or {}).items():
        assert old in site, old
        site = site.replace(old, new)
    (folder / "minping.conf").write_text(site)
    (folder / "nginx.conf").write_text(_AROUND.format(folder=folder))
    command = [program("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]
    with running(command, folder, {}, port) as server:
        wait_until_it_answers(server, status=status)
        yield server


@contextlib.contextmanager
def caddy(
    upstream: int, folder: Path, changes: dict[str, str] | None = None, status: int = 200
) -> Iterator[Running]:
    """Run Caddy before what answers at a port, until ``/readyz`` gives a status."""
    port, plain = free_port(), free_port()
    folder.mkdir()
    write_certificate(folder)
    text = (DEPLOY / "caddy" / "Caddyfile").read_text()
    for old, new in ({"admin off": f"admin off\n\thttp_port {plain}"} | (changes or {})).items():
        assert old in text, old
        text = text.replace(old, new)
    path = folder / "Caddyfile"
    path.write_text(text)
    environment = {
        "MINPING_SITE": f"https://127.0.0.1:{port}",
        "MINPING_TLS": f"tls {folder}/certificate.pem {folder}/key.pem",
        "MINPING_UPSTREAM": f"127.0.0.1:{upstream}",
        "MINPING_CADDY_BUFFERS": "buffer_requests",
        "XDG_DATA_HOME": str(folder / "home" / "data"),
        "XDG_CONFIG_HOME": str(folder / "home" / "config"),
    }
    command = [program("caddy"), "run", "--config", str(path), "--adapter", "caddyfile"]
    with running(command, folder, environment, port) as server:
        wait_until_it_answers(server, status=status)
        yield server


def write_certificate(folder: Path) -> None:
    """Write a certificate for 127.0.0.1, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "minping test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def trusting() -> ssl.SSLContext:
    """Return what a client of the test needs: it knows whom it talks to."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def wait_until_quiet(*servers: Running) -> None:
    """Wait until servers have done what they can: their processor time stands still."""
    before, still = -1.0, 0
    deadline = time.monotonic() + 30
    while still < 4 and time.monotonic() < deadline:
        taken = sum(server.cpu() for server in servers)
        still = still + 1 if taken == before else 0
        before = taken
        time.sleep(0.05)


def raw_connection(port: int, address: str, receive: int | None = None) -> ssl.SSLSocket:
    """Open a connection by hand, with a small window where ``receive`` says so."""
    plain = socket.socket()
    if receive:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
    plain.settimeout(30)
    plain.bind((address, 0))
    plain.connect(("127.0.0.1", port))
    return trusting().wrap_socket(plain)
