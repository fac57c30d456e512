"""Print the acceptance table of paper ballots: ``python -m bench.paper`` (ARGS="--quick" for a short run).

A measurement may be made in pieces: ``--only`` takes some kinds, ``--tally FILE`` adds what was found to what
is there, and prints the table of all of it. ``--whole [N]`` goes the whole way with N sheets, from the scans
to the count, and nothing else; with ``--scanned`` they are really drawn and scanned, some seconds a page.
"""

import argparse
import json
import pickle
import platform
import secrets
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
from PIL import Image

from survey.channels.paper.ingest import pictures_in
from survey.channels.paper.reader import PageReader
from survey.config import read_settings
from survey.documents.definition.definition_file import read_definition_file
from survey.domain.definition.reader import read_definition
from survey.domain.definition.rules import PaperRules, PaperSize, PaperTexts
from survey.domain.paper.layout.flow import lay_out
from survey.domain.paper.reading import LineState, PageReading, PageRefusal
from survey.domain.paper.sheet import PaperForm
from survey.instance import make_instance, ready_app

from . import scanners
from .acceptance import HEAD, Found, Row, Target, as_counts, asked, never, refused, rows_of
from .mishaps import stained
from .pens import Random
from .scanners import Page, Shot
from .sheets import UNCLEAR, Answer, Fill, clear, filled, for_people, hard, printed
from .whole import as_if_read, whole_way
from .whole_scans import scanned

SAMPLES = Path(__file__).parents[2] / "examples"
SHEETS = 4
"""How many sheets are filled in of one that was printed."""
FASTEST, MOST_MEMORY = 3.0, 600
"""Pages a second and core at least, megabytes with the process beside at most."""
MEMORY_PAGES = 40
WHOLE = 500
"""Sheets of the whole way."""
FEWEST_SHEETS = 40
"""Of fewer some rows of the count would be withheld."""


@dataclass(frozen=True)
class Kind:
    """Some pens on some scans: how many lines of it are measured, and what is asked of the reader."""

    fill: Fill
    shot: Shot
    lines: int
    targets: tuple[Target, ...]


def _mishaps(page: Page, random: Random) -> Image.Image:
    return scanners.office_shot(stained(page, random), random)


KINDS: dict[str, Kind] = {
    "clear, office": Kind(clear, scanners.office_shot, 10_000, never() + asked(0.01, 0.05) + refused(0.01)),
    "clear, thin paper": Kind(clear, scanners.thin_shot, 1_500, never() + asked(blanks=0.45)),
    "clear, streaks": Kind(clear, scanners.streaked_shot, 1_500, never() + asked(0.01, 0.05)),
    "clear, photos": Kind(clear, scanners.phone_shot, 2_000, never() + asked(0.05) + refused(0.10)),
    "clear, stains, folds, strays": Kind(clear, _mishaps, 2_000, never() + asked(0.10, 0.15)),
    "hard, office": Kind(hard, scanners.office_shot, 3_000, never(0.005) + asked(0.45)),
    "hard, photos": Kind(hard, scanners.phone_shot, 1_500, never(0.02) + asked(0.60)),
    "for people only, office": Kind(for_people, scanners.office_shot, 1_500, never()),
    "clear, black and white": Kind(
        clear, scanners.one_bit_shot, 200, (Target("pages read", "read", "pages", 0.0, stops=True),)
    ),
}


def forms_at_random(definitions: Sequence[Path], random: Random) -> Iterator[tuple[PaperForm, list[Page]]]:
    """Print ballots without end: of each definition a group, mostly on A4, with the strip or without it."""
    while True:
        for path in definitions:
            rules = PaperRules(
                size=PaperSize.A3 if random.random() < 0.15 else PaperSize.A4,
                strip=bool(random.random() < 0.7),
                texts=PaperTexts.TYPED,
            )
            yield _printed(path, int(random.integers(1 << 16)), rules)


def _printed(path: Path, number: int, rules: PaperRules) -> tuple[PaperForm, list[Page]]:
    definition = read_definition(read_definition_file(path))
    group = definition.groups[number % len(definition.groups)]
    form = lay_out(definition, group.key, rules)
    return form, list(printed(form, definition.title, group.label))


def measure(kind: Kind, definitions: Sequence[Path], lines: int, seed: int) -> Found:
    """Fill in, scan and read sheets until so many lines were met; return what became of them."""
    found: Found = Counter()
    for form, pages in forms_at_random(definitions, np.random.default_rng(seed)):
        reader = PageReader([form], specimens=True, crops=True)
        for _ in range(SHEETS):
            found["sheets"] += 1
            _measure_sheet(kind, form, pages, reader, np.random.default_rng([seed, found["sheets"]]), found)
            if found["lines"] >= lines or (not found["lines"] and found["meant"] >= lines):
                return found
    return found


def _measure_sheet(
    kind: Kind, form: PaperForm, pages: Sequence[Page], reader: PageReader, random: Random, found: Found
) -> None:
    """Fill in one sheet, scan it into one file, its pages in some order, and read that."""
    shots, truth = [], {}
    for layout, page in zip(form.pages, pages, strict=True):
        if layout.lines:
            sheet = filled(page, layout, kind.fill, random)
            truth[layout.page] = sheet.truth
            shots.append(kind.shot(sheet.page, random))
            found["meant"] += len(sheet.truth)
    if random.random() < 0.3:
        shots.reverse()
    data = scanners.filed(shots, random)
    begun = time.process_time()
    readings = [reader.read(picture) for picture in pictures_in(data)]
    found["cpu_ms"] += round(1000 * (time.process_time() - begun))
    for reading in readings:
        found["pages"] += 1
        if isinstance(reading, PageRefusal):
            found["refused"] += 1
            found[f"refused {reading.why}"] += 1
        else:
            found["read"] += 1
            before = sum(found[what] for what in ("wrong", "invented", "missed", "unasked"))
            _compare(reading, truth[reading.code.page], found)
            if before < sum(found[what] for what in ("wrong", "invented", "missed", "unasked")):
                print(f"  sheet {found['sheets']}, page {reading.code.page}", file=sys.stderr)


def _compare(reading: PageReading, truth: Mapping[str, Answer], found: Found) -> None:
    for line in reading.lines:
        meant = truth[line.field]
        found["lines"] += 1
        found["blanks"] += meant is None
        if line.state is LineState.DOUBTFUL:
            found["asked"] += 1
            found[f"asked {line.why}"] += 1
            found["blanks asked"] += meant is None
            continue
        fault = _fault(line.value, meant)
        if fault:
            found[fault] += 1
            print(f"  {fault}: {line.field} was meant {meant}, read {line.value}", file=sys.stderr)


def _fault(value: Answer, meant: Answer) -> str:
    if meant == UNCLEAR:
        return "unasked"
    if value is None:
        return "missed" if meant is not None else ""
    if meant is None:
        return "invented"
    return "wrong" if value != meant else ""


def measure_memory(size: PaperSize, seed: int) -> int:
    """Return the megabytes that reading a file of many pages takes, the process beside included."""
    random = np.random.default_rng(seed)
    form, pages = _printed(SAMPLES / "college-term.toml", 0, PaperRules(size=size, texts=PaperTexts.TYPED))
    shots = [scanners.office_shot(page, random) for page in pages for _ in range(MEMORY_PAGES // len(pages))]
    with TemporaryDirectory() as folder:
        forms, source = Path(folder, "forms"), Path(folder, "scan")
        forms.write_bytes(pickle.dumps([form]))
        source.write_bytes(scanners.filed(shots, random))
        done = subprocess.run(
            [sys.executable, "-m", "bench.paper.memory", str(forms), str(source)],
            check=True,
            capture_output=True,
            text=True,
        )
    read, *megabytes = map(int, done.stdout.split())
    if read != len(shots):
        raise SystemExit(f"{read} of {len(shots)} pages were read")
    print(f"memory, {size}: {megabytes[0]} MB, and {megabytes[1]} MB of the process beside")
    return sum(megabytes)


def go_whole_way(number: int, seed: int, *, drawn: bool = False) -> list[Row]:
    """Go the whole way in an instance of its own, from a stack of sheets to the count."""
    with TemporaryDirectory() as folder:
        settings = read_settings({"MINPING_INSTANCE": folder})
        make_instance(settings)
        with ready_app(settings) as app:
            found = whole_way(app, number, seed, scanned if drawn else as_if_read)
    for line in found.unlike:
        print(f"  counted otherwise: {line}", file=sys.stderr)
    print(f"whole way: {number} sheets, {found.asked} questions to people, {found.seconds:.0f} s of CPU")
    return list(found.rows())


def table(tally: Mapping[str, Found]) -> Iterator[Row]:
    """Hold all that was found against what is asked."""
    for name, kind in KINDS.items():
        if name in tally:
            yield from rows_of(name, tally[name], kind.targets)
    read = sum((found for name, found in tally.items() if name in KINDS), Counter[str]())
    if read["cpu_ms"]:
        rate = 1000 * read["pages"] / read["cpu_ms"]
        yield Row(
            "all", read["lines"], "pages a second and core", f"{rate:.1f}", "≥ 3", rate >= FASTEST, False
        )
    for size, taken in tally.get("memory", {}).items():
        yield Row(size, 0, "MB with the child", f"{taken}", "≤ 600", taken <= MOST_MEMORY, False)


def main() -> None:
    """Measure, print the table, and end with 1 where something was read that was not so."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, help="lines of each kind (else as many as are asked for)")
    parser.add_argument("--quick", action="store_true", help="a twentieth of the lines")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--only", default="", help="kinds whose names have this in them, or memory")
    parser.add_argument("--tally", type=Path, help="add to what this file has")
    parser.add_argument("--whole", type=int, nargs="?", const=WHOLE, help="only the whole way, of N sheets")
    parser.add_argument("--scanned", action="store_true", help="draw and scan the sheets of the whole way")
    parser.add_argument("definitions", nargs="*", type=Path)
    said = parser.parse_args()
    if said.whole is not None and said.whole < FEWEST_SHEETS:
        parser.error(f"--whole takes {FEWEST_SHEETS} sheets or more")
    # As the process that reads has it: one core.
    cv2.setNumThreads(1)
    seed = secrets.randbits(32) if said.seed is None else said.seed
    definitions = said.definitions or sorted(SAMPLES.glob("*.toml"))
    tally = as_counts(json.loads(said.tally.read_text())) if said.tally and said.tally.exists() else {}
    print(f"{datetime.now(UTC):%Y-%m-%d}, {platform.processor() or platform.machine()}, seed {seed}")
    for name, kind in KINDS.items():
        if said.only in name and not said.whole:
            lines = said.lines or (kind.lines // 20 if said.quick else kind.lines)
            found = measure(kind, definitions, lines, seed)
            print(f"{name}: " + ", ".join(f"{key} {number}" for key, number in sorted(found.items())))
            tally[name] = tally.get(name, Counter()) + found
    if said.only in "memory" and not said.whole:
        tally["memory"] = Counter({size.value: measure_memory(size, seed) for size in PaperSize})
    if said.tally:
        said.tally.write_text(json.dumps(tally))
    rows = list(table(tally))
    if said.whole or said.only in "whole way":
        rows += go_whole_way(said.whole or WHOLE, seed, drawn=said.scanned)
    print(HEAD, *rows, sep="\n")
    sys.exit(any(row.stops and not row.reached for row in rows))


if __name__ == "__main__":
    main()
