"""M12: a body of a thousand: what its pages, its files and the server that shows it cost.

Pages come from ``minping serve``, files from the command that writes them. The first look at a page, when
nothing is kept yet, stands beside those after it.
"""

import argparse
import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from survey.config import Settings, read_settings
from survey.instance import make_instance, ready_app
from tests import builders
from tests.family import each, family
from tests.published import certified, link_of, own, publish
from tests.signing_in import an_account, cookie_of

from .browsing import Browser
from .servers import serving_as
from .setting import Drivers, Server, environment
from .table import NONE, SERVE, Row, alone, beside, say

CODE = "small"
GROUPS = ("A", "B", "C")
CRITERIA = ("de", "neng", "qin", "ji", "lian")
_LOOK_SECONDS = 0.3
FILES = {"pdf": "PDF", "xlsx": "Excel", "docx": "Word report"}


def measure(chosen: argparse.Namespace, folder: Path, _drivers: Drivers) -> dict[str, Any]:
    """Show and write the results of so many ratees, beside those of a tenth."""
    number = 100 if chosen.quick else 1000
    found: dict[str, Any] = {"ratees": number}
    sizes = {"tenth": number // 10, "whole": number}
    for which, size in sizes.items():
        settings, pages, cookie = prepared(folder / f"m12-{which}", size)
        with serving_as(SERVE, settings) as server:
            found[which] = {name: _looked(server, path, cookie, chosen.turns) for name, path in pages.items()}
            _exported(server, cookie)
            found[which]["memory"] = _largest(server)
        # One turn is enough for what takes seconds.
        found[which]["files"] = {kind: _written(settings, folder, kind) for kind in FILES}
    return found


def prepared(folder: Path, ratees: int) -> tuple[Settings, dict[str, str], str]:
    """Publish made-up results of so many; return the addresses of pages and an office's cookie."""
    settings = read_settings({"MINPING_INSTANCE": str(folder)})
    make_instance(settings)
    with ready_app(settings, pages=True) as app:
        keys = [f"p{number}" for number in range(ratees)]
        certified(builders.a_definition(groups=GROUPS, ratees=keys, criteria=CRITERIA))
        edition = publish(CODE, personal=own())
        middle = keys[ratees // 2]
        person = link_of(CODE, middle, edition)
        cookie = cookie_of(app, an_account("organiser", name="王芳"))
    pages = {
        "results page": f"/admin/c/{CODE}/results",
        "one person": f"/admin/c/{CODE}/results/p/{middle}",
        "published page": f"/r/{CODE}",
        "published person": re.sub(r"^https?://[^/]+", "", person),
    }
    return settings, pages, f"{cookie['name']}={cookie['value']}"


def _exported(server: Server, cookie: str) -> None:
    """Ask for each file as an organiser does, be it drawn up at once or by a job, and have it."""
    browser = Browser(server.address, cookie)
    for kind in FILES:
        browser.get(f"/admin/c/{CODE}/results.{kind}")
        if browser.submit("/exports"):
            while "/cancel" in browser.page:
                time.sleep(_LOOK_SECONDS)
                browser.get(browser.path)
            browser.submit("/file")
    browser.close()


def _looked(server: Server, path: str, cookie: str, turns: int) -> dict[str, float]:
    first = _seconds(lambda: server.fetch(path, cookie))
    later = median(_seconds(lambda: server.fetch(path, cookie)) for _ in range(turns))
    say(f"  M12 {path}: {first:.2f} s at first, then {later:.3f} s")
    return {"first": first, "later": later}


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _written(settings: Settings, folder: Path, kind: str) -> dict[str, float]:
    """Write a file by the command; return its seconds and the most memory that it took, in MB."""
    words = ["results", CODE, "--format", kind, "--out", str(folder / f"m12-{time.monotonic_ns()}.{kind}")]
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "survey.cli", *words],
        env=os.environ | environment(settings),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    said = process.stderr.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    say(f"  M12 {kind}: {seconds:.1f} s{f', refused: {said.strip()[-200:]}' if process.returncode else ''}")
    # ru_maxrss is in kB on Linux, in bytes on macOS.
    unit = 1 if sys.platform == "darwin" else 1024
    return {
        "seconds": seconds,
        "mb": usage.ru_maxrss * unit / 2**20,
        "refused": float(process.returncode != 0),
    }


def _largest(server: Server) -> float:
    """Return what the largest process of a server took at most so far, in MB."""
    return max(each(family(server.process.pid), peak_mb))


def peak_mb(process: psutil.Process) -> float:
    """Return the most memory that a process took so far; where that is not known, what it takes now."""
    status = Path(f"/proc/{process.pid}/status")
    with contextlib.suppress(OSError):
        peak = re.search(r"VmHWM:\s*(\d+) kB", status.read_text())
        if peak:
            return int(peak[1]) / 1024
    resident: float = process.memory_info().rss / 2**20
    return resident


def rows(found: dict[str, Any]) -> Iterator[Row]:
    number, whole, tenth = found["ratees"], found["whole"], found["tenth"]
    about = f"{number} ratees; reference: {number // 10}"
    for name in (name for name in whole if name not in ("memory", "files")):
        ours, theirs = whole[name], tenth[name]
        target = "≤ 300"
        what = f"M12 {name}, ms: {about}"
        yield beside(what, 1000 * ours["later"], 1000 * theirs["later"], target, server=SERVE, of_ratio=False)
        first = f"M12 {name}, the first look, ms: {about}"
        yield beside(first, 1000 * ours["first"], 1000 * theirs["first"], server=SERVE)
    memory = f"M12 largest process of the server, MB: {about}"
    yield beside(memory, whole["memory"], tenth["memory"], "≤ 200", server=SERVE, of_ratio=False)
    for kind, name in FILES.items():
        ours, theirs = whole["files"][kind], tenth["files"][kind]
        if ours["refused"]:
            yield alone(f"M12 {name}: {number} ratees", "refused", server=NONE)
            continue
        what = f"M12 {name} by the command, s: {about}"
        yield beside(what, ours["seconds"], theirs["seconds"], "≤ 10", places=1, of_ratio=False)
        yield beside(f"M12 {name}, memory of that command, MB: {about}", ours["mb"], theirs["mb"])
