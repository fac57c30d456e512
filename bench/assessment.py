"""M15: a year's assessment of 200 units, 60 indicators and 12 months: what its commands and its map take.

Each figure of a command is of all of it, from its start to its end, and of the most memory that it took. The
heat map is asked for over HTTP, each month once while nothing of it is kept, then the last one again.
"""

import argparse
import contextlib
import csv
import io
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from openpyxl import load_workbook

from survey.config import Settings, read_settings
from survey.documents.definition.definition_file import write_toml
from survey.instance import make_instance, ready_app
from tests.signing_in import an_account, cookie_of

from .ratees import peak_mb
from .servers import serving_as
from .setting import Drivers, environment
from .table import SERVE, Row, alone, say

CODE = "large-2026"
CLASSES = ("town", "bureau", "school", "company")
METHODS: tuple[dict[str, Any], ...] = (
    {"method": "complete", "cap": 2},
    {"method": "reach"},
    {"method": "step", "size": 1, "per": 1, "down": 5},
    {"method": "rank", "of": "completion", "by": 1},
    {"method": "best"},
    {"method": "spread", "of": "completion"},
)
PERIODS = tuple(f"2026-{month:02}" for month in range(1, 13))
SHEET_LINES, SCORERS = 5, 12
WORKBOOK_ROWS = 60
_SEED = 17
_LOOK_SECONDS = 0.01

Limits = dict[str, str]
TARGETS: Limits = {"score": "≤ 2", "standing": "≤ 3", "workbook": "≤ 1"}
MEMORY_MB = "≤ 300"


def measure(chosen: argparse.Namespace, folder: Path, _drivers: Drivers) -> dict[str, Any]:
    """Set an assessment up through the commands, and take the time of those that have a target."""
    units, indicators = (20, 60) if chosen.quick else (200, 60)
    settings = read_settings({"MINPING_INSTANCE": str(folder / "instance")})
    make_instance(settings)
    office = Office(settings, folder)
    taken = {"taking": _set_up(office, units, indicators)}
    workbook = folder / "report.xlsx"
    office.run("template", CODE, "--unit", "u0", "--period", PERIODS[-1], "--out", str(workbook))
    _fill_in(workbook)
    commands = {
        "score": ["score", CODE, "--reason", "again"],
        "standing": ["standing", CODE, PERIODS[-1], "--format", "xlsx", "--out", str(folder / "s.xlsx")],
        "workbook": ["take", CODE, str(workbook), "--accept", "--reason", "no change"],
    }
    for name, words in commands.items():
        turns = [office.run(*words) for _ in range(chosen.turns)]
        taken[name] = {key: median(turn[key] for turn in turns) for key in turns[0]}
    taken["map"] = _looked(settings, chosen.turns)
    return {"units": units, "indicators": indicators, "commands": taken}


class Office:
    """Commands on one instance, each a process whose time and memory are taken."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings = settings
        self.folder = folder

    def file(self, name: str, text: str) -> str:
        """Write a file and return its path."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def run(self, *words: str) -> dict[str, float]:
        """Run a command of assessments; raises ``RuntimeError`` where it is refused."""
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "survey.cli", "assessment", *words],
            env=os.environ | environment(self.settings),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        watched, peak, cpu = psutil.Process(process.pid), 0.0, 0.0
        while process.poll() is None:
            with contextlib.suppress(psutil.Error):
                peak, times = max(peak, peak_mb(watched)), watched.cpu_times()
                cpu = times.user + times.system
            time.sleep(_LOOK_SECONDS)
        seconds = time.perf_counter() - began
        assert process.stderr is not None
        said = process.stderr.read().decode()
        if process.returncode:
            raise RuntimeError(f"{words[0]} was refused: {said.strip()[-300:]}")
        found = {"seconds": seconds, "cpu": cpu, "mb": peak}
        say(f"  M15 {words[0]}: {seconds:.2f} s, {cpu:.2f} s of a processor, {peak:.0f} MB")
        return found


def _set_up(office: Office, units: int, indicators: int) -> dict[str, float]:
    chance = random.Random(_SEED)
    definition = a_large_definition(units, indicators)
    tasks = [(f"u{unit}", f"i{number}") for unit in range(units) for number in range(indicators)]
    aimed = {task: chance.randint(50, 5000) for task in tasks}
    values = [
        (period, *task, _reached(chance, aimed[task], month))
        for month, period in enumerate(PERIODS, 1)
        for task in tasks
    ]
    sheets = [
        ("leaders", f"u{unit}", f"p{scorer}", f"l{line}", chance.randint(10, 20))
        for unit in range(units)
        for scorer in range(SCORERS)
        for line in range(SHEET_LINES)
    ]
    targets = [(*task, number, number - 7) for task, number in aimed.items()]
    office.run(
        "load",
        office.file("large.toml", write_toml(definition)),
        *("--targets", office.file("targets.csv", _written("unit,indicator,target,base", targets))),
    )
    office.run("issue", CODE)
    found = office.run(
        *(
            "take",
            CODE,
            office.file("values.csv", _written("period,unit,indicator,value", values)),
            "--accept",
        )
    )
    points = office.file("sheets.csv", _written("sheet,unit,scorer,line,points", sheets))
    office.run("take", CODE, points, "--as", "sheets")
    office.run("close", CODE, PERIODS[-2])
    office.run("score", CODE)
    return found


def _looked(settings: Settings, turns: int) -> dict[str, float]:
    """Return how long the server takes for a month's heat map, not kept and kept."""
    with ready_app(settings, pages=True) as app:
        cookie = cookie_of(app, an_account("owner", name="林琳"))
    with serving_as(SERVE, settings) as server:

        def look(period: str) -> float:
            began = time.perf_counter()
            server.fetch(f"/admin/a/{CODE}/standing/{period}/", f"{cookie['name']}={cookie['value']}")
            return time.perf_counter() - began

        look(PERIODS[-1])
        first = median([look(period) for period in PERIODS[:-1]])
        later = median([look(PERIODS[-2]) for _ in range(turns)])
    say(f"  M15 heat map: {first:.3f} s not kept, {later:.3f} s kept")
    return {"seconds": first, "kept": later}


def _reached(chance: random.Random, aimed: int, month: int) -> str:
    return f"{aimed * month * chance.uniform(0.8, 1.2) / 12:.2f}"


def _written(head: str, rows: list[tuple[Any, ...]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head.split(","))
    writer.writerows(rows)
    return out.getvalue()


def a_large_definition(units: int, indicators: int) -> dict[str, Any]:
    """Return an assessment of so many units in four classes; each unit has each of the indicators."""
    return {
        "format": 1,
        "kind": "assessment",
        "assessment": {"code": CODE, "title": "市年度目标责任考核", "office": "市考核办", "year": 2026},
        "classes": [{"key": key, "label": key} for key in CLASSES],
        "units": [
            {"key": f"u{number}", "class": CLASSES[number % len(CLASSES)], "label": f"单位{number}"}
            for number in range(units)
        ],
        "departments": [{"key": "stats", "label": "统计局"}],
        "indicators": [
            {
                "key": f"i{number}",
                "label": f"指标{number}",
                "measure": "万元",
                "lead": "stats",
                "score": [{"points": 10, **METHODS[number % len(METHODS)]}],
            }
            for number in range(indicators)
        ],
        "sheets": [
            {
                "key": "leaders",
                "title": "领导评分表",
                "trim": {"from": 5, "high": 1, "low": 1},
                "lines": [{"key": f"l{n}", "label": f"项目{n}", "points": 20} for n in range(SHEET_LINES)],
            }
        ],
        "components": [
            {"key": "targets", "label": "目标任务", "weight": 80, "from": "indicators"},
            {"key": "leaders", "label": "领导评分", "weight": 20, "from": "sheet", "sheet": "leaders"},
        ],
        "composite": {
            "bands": [
                {"key": "excellent", "label": "优秀", "at_least": 90, "quota": "25%"},
                {"key": "good", "label": "良好", "at_least": 0},
            ]
        },
    }


def _fill_in(path: Path) -> None:
    """Write numbers into the fields of a template that wait for one, as a unit's clerk does."""
    book = load_workbook(path)
    page = book.active
    assert page is not None
    head, column = next(
        (cell.row, cell.column)
        for row in page.iter_rows()
        for cell in row
        if cell.value in ("本期实绩", "本期累计", "实绩")
    )
    for number in range(head + 1, head + 1 + WORKBOOK_ROWS):
        page.cell(number, column).value = 1000 + number
    book.save(path)


def rows(found: dict[str, Any]) -> Iterator[Row]:
    """Lay out what each command took."""
    about = f"{found['units']} units × {found['indicators']} indicators × 12 months"
    names = {
        "score": f"M15 score, s: {about}",
        "standing": f"M15 bulletin as Excel, s: {about}",
        "workbook": f"M15 a workbook of {WORKBOOK_ROWS} rows taken, s",
        "taking": f"M15 all numbers of the year taken from one CSV, s: {about}",
    }
    for name, what in names.items():
        took, short = found["commands"][name], what.partition(",")[0]
        yield alone(what, f"{took['seconds']:.2f}", TARGETS.get(name, ""))
        yield alone(f"{short}, seconds of a processor", f"{took['cpu']:.2f}")
        yield alone(f"{short}, MB", f"{took['mb']:.0f}", MEMORY_MB)
    shown = found["commands"]["map"]
    yield alone("M15 heat map of a month, not kept, s", f"{shown['seconds']:.3f}", "≤ 0.3", server=SERVE)
    yield alone("M15 heat map of a month, kept, s", f"{shown['kept']:.3f}", server=SERVE)
