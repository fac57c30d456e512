"""Run ``make demo``."""

import argparse
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

from demo.tables import print_report
from demo.voters import vote_all
from survey.cli.ending import end_on_signals

ROOT = Path(__file__).resolve().parent.parent
INSTANCE = ROOT / "instance" / "demo"
FILES = ROOT / "instance" / "demo-files"
SAMPLE = ROOT / "examples" / "town-annual.toml"
FIRST, SECOND = "town-annual", "town-second"
SIGNERS = ("teller", "scrutineer")
PORT = 8000
ABSENT = {"A": 1, "B": 4, "C": 7}
"""How many of each rater group do not come; half of their slips are handed back and voided."""


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


def prepare(port: int) -> None:
    """Start from nothing, in a folder of the demo's own."""
    for folder in (INSTANCE, FILES):
        shutil.rmtree(folder, ignore_errors=True)
    FILES.mkdir(parents=True)
    environ["MINPING_INSTANCE"] = str(INSTANCE)
    environ["MINPING_BASE_URL"] = f"http://127.0.0.1:{port}"
    for name in ("MINPING_KEYS", "MINPING_DATABASE_URL"):
        environ.pop(name, None)


def set_up(code: str, definition: Path, custody: list[str]) -> list[dict[str, str]]:
    """Load, arm, issue, print slips and open; return the codes that were issued."""
    codes = FILES / f"{code}-codes.csv"
    minping("campaign", "load", str(definition))
    minping("campaign", "arm", code, *custody)
    minping("token", "issue", code, "--csv", str(codes))
    minping("token", "slips", code, "--csv", str(codes), "--pdf", str(FILES / f"{code}-slips.pdf"))
    minping("campaign", "open", code)
    with codes.open(encoding="utf-8") as rows:
        return list(DictReader(rows))


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


def split_slips(slips: list[dict[str, str]]) -> tuple[list[str], list[dict[str, str]]]:
    """Return the codes of those who come and vote, and half of the leftover slips."""
    left = dict(ABSENT)
    voting, leftover = [], []
    for slip in slips:
        if left[slip["group"]]:
            left[slip["group"]] -= 1
            leftover.append(slip)
        else:
            voting.append(slip["token"])
    return voting, leftover[::2]


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
    minping(
        "campaign",
        "certify",
        code,
        *("--teller", "teller", "--scrutineer", "scrutineer", "--passwords-stdin"),
        stdin="".join(f"{password}\n" for password in passwords.values()),
    )
    minping("campaign", "shred", code, "--yes")
    minping("campaign", "publish", code, "--as", "public")
    for kind in ("json", "csv", "xlsx", "docx", "pdf"):
        minping("results", code, "--format", kind, "--out", str(FILES / f"{code}.{kind}"))
    minping("audit", "verify")


def second_definition() -> Path:
    """Write the sample under another code, for a campaign that stays open."""
    text = SAMPLE.read_text(encoding="utf-8").replace(f'code = "{FIRST}"', f'code = "{SECOND}"')
    path = FILES / f"{SECOND}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def farewell(port: int, slips: list[dict[str, str]], signers: dict[str, str]) -> None:
    """Print where to go on."""
    organiser = minping("admin", "create", "admin").splitlines()[-1]
    print(f"\nServing at http://127.0.0.1:{port} – end with Ctrl-C.")
    print(f"\n  an organiser's login link, for one use:\n    {organiser}")
    print("\n  two scrutineers, who sign a count together, each in a browser or private window of their own:")
    for name, link in signers.items():
        print(f"    {name}  {link}")
    print("\n  three voting links, one for each kind of ticket:")
    for group in ("A", "B", "C"):
        print(f"    {group}  {next(slip['url'] for slip in slips if slip['group'] == group)}")
    print(f"\n  published results: http://127.0.0.1:{port}/r/{FIRST}", flush=True)


def main() -> None:
    """Run the demo."""
    parser = argparse.ArgumentParser(prog="make demo")
    parser.add_argument("--no-serve", action="store_true", help="stop after the tables")
    serving = not parser.parse_args().no_serve
    end_on_signals()
    port = choose_port(serving)
    prepare(port)
    minping("init")
    passwords = create_signers()
    slips = set_up(
        FIRST,
        SAMPLE,
        [
            "--custody",
            "scrutineers",
            "--shares",
            "3",
            "--threshold",
            "2",
            "--shares-dir",
            str(FILES / "shares"),
        ],
    )
    server = start_server(port)
    try:
        voting, leftover = split_slips(slips)
        print(f"\n{len(voting)} simulated voters come through the pages …", flush=True)
        began = time.monotonic()
        receipts = vote_all(port, voting)
        print(f"{len(receipts)} ballots cast in {time.monotonic() - began:.1f} s; each voter holds a receipt")
        void(FIRST, leftover)
        minping("turnout", FIRST)
        count_and_sign(FIRST, passwords)
        print_report(FIRST)
        print(f"\nfiles: {FILES}")
        for path in sorted(FILES.glob(f"{FIRST}*")):
            print(f"  {path.name}")
        if not serving:
            return
        signers = {name: minping("admin", "link", name).splitlines()[-1] for name in SIGNERS}
        slips = set_up(SECOND, second_definition(), [])
        farewell(port, slips, signers)
        server.wait()
    finally:
        server.terminate()
        server.wait(15)


if __name__ == "__main__":
    main()
