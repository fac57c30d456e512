"""Measure sealing on the phone: python -m bench.sealing FOLDER, where build.mjs has built the candidates."""

import argparse
import json
import tempfile
from pathlib import Path

from survey.secrecy.box import BoxKey, Slot, box_info, new_seed

from . import browser, costs
from .ballots import examples
from .vector import seeds_of


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.sealing", description=__doc__)
    parser.add_argument("folder", type=Path, help="where package.json was installed and build.mjs has built")
    parser.add_argument("--ballots", type=int, default=40, help="ballots of each form to seal and open (40)")
    parser.add_argument("--pages", type=int, default=7, help="fresh pages of each figure (7)")
    parser.add_argument("--casts", type=int, default=300, help="casts a turn for the server's time (300)")
    return parser.parse_args()


def main() -> None:
    chosen = options()
    built = chosen.folder / "built"
    forms = list(examples())
    usual = next(form for form in forms if form.name == "town-annual")
    weights = json.loads((built / "weights.json").read_text())

    print("bytes of the candidates, and what becomes of them")
    with browser.phone(built, browser.chromium()) as phone:
        for name in browser.CANDIDATES:
            weight = weights[name]
            right = browser.interoperates(phone, name, forms, chosen.ballots)
            print(
                f"  {name:10} raw {weight['raw']:6} gzip {weight['gzip']:6} brotli {weight['brotli']:6}"
                f"  opened and right {right} of {len(forms) * chosen.ballots}"
                f"  {browser.failures(phone, name, usual)}"
            )
        print_known_answer(phone)
        print("ms, town-annual, the least of fresh pages; kB of heap, the most")
        for name in browser.CANDIDATES:
            for rate in browser.RATES:
                took = browser.timed(phone, name, usual, rate, chosen.pages, 6)
                print(f"  {name:10} ×{rate:<2}", *(f"{what} {value:7.1f}" for what, value in took.items()))

    print("bytes of a request: padded today, ready-sealed")
    for form in forms:
        print(f"  {form.name:28} {form.posted_bytes:6} {costs.sent_bytes(form):6}")
    print("the slip's QR code: symbols of fingerprint, modules, mm a module")
    for host, symbols, side, millimetres in costs.slips():
        print(f"  {host:50} {symbols:3} {side:3} {millimetres:.2f}")
    with tempfile.TemporaryDirectory() as folder:
        for name, micros in costs.server_cpu(Path(folder), chosen.casts, 5).items():
            print(f"  server's processor a cast, {name}: {micros:.0f} µs")


def print_known_answer(phone: browser.Phone) -> None:
    seed, info = new_seed(), box_info("town", "sha256:00")
    content = b"from the server to the browser"
    sealed = Slot(BoxKey(seed).public_bytes(), info).seal(content)
    opened = browser.known_answers(phone, sealed, seeds_of(seed), info)
    print("  sealed by the server, opened in the browser:", opened == content)


if __name__ == "__main__":
    main()
