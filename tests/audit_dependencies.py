"""Look the locked dependencies up among the known vulnerabilities, where these can be reached.

Fails on a known vulnerability. Where its data cannot be reached – no network, or an index that holds packages
and no advisories – it says in one line that it was not run, and does not fail: builds do not depend on that.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCK = Path(__file__).resolve().parent.parent / "constraints.txt"
MAX_SECONDS = 60

_COMMAND = (
    *(sys.executable, "-m", "pip_audit", "--requirement", str(LOCK), "--disable-pip", "--require-hashes"),
    *("--format", "json", "--desc", "off", "--progress-spinner", "off", "--timeout", "10"),
)


def main() -> int:
    try:
        said = subprocess.run(_COMMAND, capture_output=True, text=True, timeout=MAX_SECONDS, check=False)
        found = json.loads(said.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError):
        return not_run("its data cannot be reached")
    return judge(found)


def judge(found: list[dict[str, Any]]) -> int:
    """Say what was found; return the exit status."""
    skipped = [one["name"] for one in found if "skip_reason" in one]
    if len(skipped) == len(found):
        return not_run("no package was found among its data")
    faults = [(one, fault) for one in found for fault in one.get("vulns", ())]
    for one, fault in faults:
        mended = ", ".join(fault["fix_versions"]) or "no version yet"
        print(f"{one['name']} {one['version']}: {fault['id']}, mended in {mended}")
    if skipped:
        print(f"dependency audit: not looked up, since not found: {', '.join(skipped)}")
    print(f"dependency audit: {len(faults)} known vulnerabilities in {len(found) - len(skipped)} packages")
    return 1 if faults else 0


def not_run(why: str) -> int:
    print(f"dependency audit: not run, {why}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
