"""Run ``make demo``."""

import argparse
import subprocess
import sys
import time
from pathlib import Path

from demo import steps
from demo.steps import FILES, SAMPLE, SAMPLE_CODE, SIGNERS, minping
from demo.tables import print_report
from demo.voters import vote_all
from demo.year import score_the_year
from survey.cli.ending import end_on_signals
from survey.services.paper.reading import can_read

SECOND = "town-second"
ABSENT = {"A": 1, "B": 4, "C": 7}
"""How many of each rater group do not come; half of their slips are handed back and voided."""


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
    print(f"\n  published results: http://127.0.0.1:{port}/r/{SAMPLE_CODE}", flush=True)


def by_phone(port: int, serving: bool, passwords: dict[str, str]) -> None:
    """Run a campaign in which everybody votes by phone, and go on serving another one."""
    slips = opened(SAMPLE_CODE, steps.issue(SAMPLE_CODE, SAMPLE, *steps.in_three_parts()))
    server = steps.start_server(port)
    try:
        voting, leftover = split_slips(slips)
        print(f"\n{len(voting)} simulated voters come through the pages …", flush=True)
        began = time.monotonic()
        receipts = vote_all(port, voting)
        print(f"{len(receipts)} ballots cast in {time.monotonic() - began:.1f} s; each voter holds a receipt")
        steps.void(SAMPLE_CODE, leftover)
        minping("turnout", SAMPLE_CODE)
        steps.count_and_sign(SAMPLE_CODE, passwords)
        show_results(SAMPLE_CODE)
        score_the_year(port, passwords)
        if serving:
            go_on(server, port)
    finally:
        server.terminate()
        server.wait(15)


def opened(code: str, codes: Path) -> list[dict[str, str]]:
    """Print slips and open the voting; return the codes."""
    minping("token", "slips", code, "--csv", str(codes), "--pdf", str(FILES / f"{code}-slips.pdf"))
    minping("campaign", "open", code)
    return steps.listed(codes)


def show_results(code: str) -> None:
    """Print the tables of a count, and which files there are."""
    print_report(code)
    print(f"\nfiles: {FILES}")
    for path in sorted(FILES.glob(f"{code}*")):
        print(f"  {path.name}")


def go_on(server: subprocess.Popen[bytes], port: int) -> None:
    """Open another campaign, say where to look, and serve until somebody ends it."""
    signers = {name: minping("admin", "link", name).splitlines()[-1] for name in SIGNERS}
    slips = opened(SECOND, steps.issue(SECOND, steps.renamed_sample(SECOND)))
    farewell(port, slips, signers)
    server.wait()


def main() -> None:
    """Run the demo."""
    parser = argparse.ArgumentParser(prog="make demo")
    parser.add_argument("--no-serve", action="store_true", help="stop after the tables")
    parser.add_argument("--paper", action="store_true", help="half of the voters fill in sheets of paper")
    said = parser.parse_args()
    if said.paper and not can_read():
        sys.exit("the demo stopped: reading paper needs more libraries; run: pip install 'minping[paper]'")
    serving = not (said.no_serve or said.paper)
    end_on_signals()
    port = steps.choose_port(serving)
    steps.prepare(port)
    minping("init")
    passwords = steps.create_signers()
    if said.paper:
        from demo.paper import on_paper  # loads what reads paper

        on_paper(port, passwords)
        show_results("town-paper")
    else:
        by_phone(port, serving, passwords)


if __name__ == "__main__":
    main()
