"""Print the acceptance table of paper ballots: ``python -m bench.paper --lines 10000``."""

import argparse
import io
import resource
import time
from collections import Counter
from pathlib import Path

import numpy as np

from survey.channels.paper.ingest import pictures_in
from survey.channels.paper.reader import PageReader
from survey.documents.definition.definition_file import read_definition_file
from survey.domain.ballot.paper_flow import lay_out
from survey.domain.ballot.paper_reading import LineState, PageRefusal
from survey.domain.definition.reader import read_definition
from survey.domain.definition.rules import PaperRules, PaperTexts

from . import scanners
from .sheets import UNCLEAR, Fill, clear, filled, for_people, hard, printed

SAMPLES = Path(__file__).parents[2] / "examples"
KINDS: dict[str, tuple[Fill, scanners.Scan]] = {
    "clear pens, office scans": (clear, scanners.office),
    "clear pens, thin paper": (clear, scanners.thin),
    "clear pens, streaks": (clear, scanners.streaked),
    "clear pens, phone photos": (clear, scanners.phone),
    "hard pens, office scans": (hard, scanners.office),
    "hard pens, phone photos": (hard, scanners.phone),
    "for people only, office scans": (for_people, scanners.office),
    "clear pens, one-bit": (clear, scanners.one_bit),
}


def measure(name: str, definitions: list[Path], lines: int, seed: int) -> Counter[str]:
    """Fill in, scan and read pages until so many lines were met; return what became of them."""
    fill, scan = KINDS[name]
    random = np.random.default_rng(seed)
    found: Counter[str] = Counter()
    while found["lines"] < lines:
        for path in definitions:
            definition = read_definition(read_definition_file(path))
            group = definition.groups[int(random.integers(len(definition.groups)))]
            form = lay_out(definition, group.key, PaperRules(texts=PaperTexts.TYPED))
            reader = PageReader([form], specimens=True)
            for layout, page in zip(form.pages, printed(form, definition.title, group.label), strict=True):
                if layout.lines:
                    sheet = filled(page, layout, fill, random)
                    data = scan(sheet.page, random)
                    begun = time.process_time()
                    for picture in pictures_in(data):
                        _compare(reader.read(picture), sheet.truth, found)
                    found["cpu_ms"] += round(1000 * (time.process_time() - begun))
    return found


def _compare(reading: object, truth: object, found: Counter[str]) -> None:
    found["pages"] += 1
    assert isinstance(truth, dict)
    if isinstance(reading, PageRefusal):
        found["refused"] += 1
        found[f"refused {reading.why}"] += 1
        found["lines"] += len(truth)
        return
    for line in reading.lines:  # type: ignore[attr-defined]
        meant = truth[line.field]
        found["lines"] += 1
        found["blanks"] += meant is None
        if line.state is LineState.DOUBTFUL:
            found["asked"] += 1
            found[f"asked {line.why}"] += 1
            found["blanks asked"] += meant is None
        elif meant == UNCLEAR:
            found["unasked"] += 1
        elif line.state is LineState.BLANK:
            found["missed"] += meant is not None
        elif meant is None:
            found["invented"] += 1
        elif line.value != meant:
            found["wrong"] += 1


def main() -> None:
    """Measure every kind, and print a line of each."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--only", default="")
    parser.add_argument("definitions", nargs="*", type=Path)
    said = parser.parse_args()
    definitions = said.definitions or sorted(SAMPLES.glob("*.toml"))
    print(f"seed {said.seed}")
    out = io.StringIO()
    for name in KINDS:
        if said.only not in name:
            continue
        found = measure(name, definitions, said.lines, said.seed)
        rate = found["pages"] / max(0.001, found["cpu_ms"] / 1000)
        keys = [key for key in found if key not in ("cpu_ms",)]
        out.write(f"{name}: " + ", ".join(f"{key} {found[key]}" for key in keys) + f"; {rate:.1f} pages/s\n")
        print(out.getvalue().splitlines()[-1], flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory {peak:.0f} MB")


if __name__ == "__main__":
    main()
