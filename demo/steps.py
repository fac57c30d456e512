"""Steps of a demo: the real commands, run as a person would, and the server beside them."""

import secrets
import shutil
import socket
import subprocess
import sys
import time
from contextlib import suppress
from csv import DictReader
from http.client import HTTPConnection, HTTPException
from os import environ
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INSTANCE = ROOT / "instance" / "demo"
FILES = ROOT / "instance" / "demo-files"
SAMPLE = ROOT / "examples" / "town-annual.toml"
SAMPLE_CODE = "town-annual"
SIGNERS = ("teller", "scrutineer")
PORT = 8000


def minping(*arguments: str, stdin: str = "") -> str:
    """Run one command as a person would, show it, and return what it printed."""
    print(f"\n$ minping {' '.join(arguments)}", flush=True)
    done = subprocess.run(
        [sys.executable, "-m", "survey.cli", *arguments],
        input=stdin,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    print(done.stdout, end="", flush=True)
    if done.returncode:
        sys.exit(f"the demo stopped: minping {arguments[0]} was refused")
    return done.stdout


def quietly(*arguments: str) -> str:
    """Run one command and return what it printed."""
    command = [sys.executable, "-m", "survey.cli", *arguments]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def prepare(port: int) -> None:
    """Start from nothing, in a folder of the demo's own."""
    for folder in (INSTANCE, FILES):
        shutil.rmtree(folder, ignore_errors=True)
    FILES.mkdir(parents=True)
    environ["MINPING_INSTANCE"] = str(INSTANCE)
    environ["MINPING_BASE_URL"] = f"http://127.0.0.1:{port}"
    for name in ("MINPING_KEYS", "MINPING_DATABASE_URL"):
        environ.pop(name, None)


def issue(code: str, definition: Path, *custody: str) -> Path:
    """Load, arm and issue; return the list of the codes."""
    codes = FILES / f"{code}-codes.csv"
    minping("campaign", "load", str(definition))
    minping("campaign", "arm", code, *custody)
    minping("token", "issue", code, "--csv", str(codes))
    return codes


def listed(codes: Path) -> list[dict[str, str]]:
    """Read a list of codes."""
    with codes.open(encoding="utf-8") as rows:
        return list(DictReader(rows))


def in_three_parts() -> tuple[str, ...]:
    """Return how the key of a box is given to three scrutineers, two of whom open it."""
    where = str(FILES / "shares")
    return ("--custody", "scrutineers", "--shares", "3", "--threshold", "2", "--shares-dir", where)


def start_server(port: int) -> subprocess.Popen[bytes]:
    """Serve the demo's instance and wait until it answers."""
    print(f"\n$ minping serve --port {port} &", flush=True)
    server = subprocess.Popen(
        [sys.executable, "-m", "survey.cli", "serve", "--port", str(port)], stdout=subprocess.DEVNULL
    )
    for _ in range(600):
        with suppress(OSError, HTTPException):
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return server
        if server.poll() is not None:
            break
        time.sleep(0.1)
    server.kill()
    sys.exit("the demo stopped: the server did not start")


def choose_port(serving: bool) -> int:
    """Return port 8000, or where it is taken and nobody needs to remember it, any other."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", PORT))
        except OSError:
            if serving:
                sys.exit(f"the demo stopped: port {PORT} is taken; end what listens there and try again")
            with socket.socket() as other:
                other.bind(("127.0.0.1", 0))
                return int(other.getsockname()[1])
    return PORT


def void(code: str, slips: list[dict[str, str]]) -> None:
    """Void the codes of leftover slips, as a clerk does with the slips handed back."""
    path = FILES / f"{code}-leftover.csv"
    path.write_text(
        "group,token\n" + "".join(f"{s['group']},{s['token']}\n" for s in slips), encoding="utf-8"
    )
    minping("token", "void", code, "--csv", str(path))


def create_signers() -> dict[str, str]:
    """Make the accounts of those who sign, before anything is armed; return their passwords."""
    passwords = {name: secrets.token_urlsafe(18) for name in SIGNERS}
    for name, password in passwords.items():
        minping("admin", "create", name, "--role", "scrutineer", "--password-stdin", stdin=f"{password}\n")
    return passwords


def count_and_sign(code: str, passwords: dict[str, str]) -> None:
    """Close, open the box with two of three shares, count, sign, publish, shred."""
    minping("campaign", "close", code)
    shares = [str(FILES / "shares" / f"{code}-share-{number}.txt") for number in (1, 3)]
    minping("campaign", "count", code, "--share-file", shares[0], "--share-file", shares[1])
    certify(code, passwords)
    minping("campaign", "shred", code, "--yes")
    minping("campaign", "publish", code, "--as", "public")
    for kind in ("json", "csv", "xlsx", "docx", "pdf"):
        minping("results", code, "--format", kind, "--out", str(FILES / f"{code}.{kind}"))
    minping("audit", "verify")


def certify(code: str, passwords: dict[str, str]) -> None:
    """Have the two accounts sign a count."""
    sign("campaign", "certify", code, passwords=passwords)


def sign(*command: str, passwords: dict[str, str]) -> None:
    """Run a command that both signers' passwords are typed for."""
    minping(
        *command,
        *("--teller", "teller", "--scrutineer", "scrutineer", "--passwords-stdin"),
        stdin="".join(f"{password}\n" for password in passwords.values()),
    )


def renamed_sample(code: str, *changes: tuple[str, str], more: str = "") -> Path:
    """Write the sample under another code, with texts exchanged, and more at its end."""
    text = SAMPLE.read_text(encoding="utf-8")
    for before, after in ((f'code = "{SAMPLE_CODE}"', f'code = "{code}"'), *changes):
        text = text.replace(before, after)
    path = FILES / f"{code}.toml"
    path.write_text(text + more, encoding="utf-8")
    return path
