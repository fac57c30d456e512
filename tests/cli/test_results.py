"""Results, receipts and publishing on the command line."""

import json

from tests.shell import Shell


def test_results_receipts_and_publishing(shell: Shell) -> None:
    receipts = shell.to("shredded")
    for kind in ("json", "csv", "xlsx", "docx", "pdf"):
        shell.do(f"results small --format {kind} --out r.{kind}")
        assert (shell.folder / f"r.{kind}").stat().st_size > 500
    results = json.loads((shell.folder / "r.json").read_text("utf-8"))
    assert (results["campaign"], results["state"]) == ("small", "shredded")
    assert results["accounting"]["total"]["returned"] == 8
    assert "cannot write" in shell.refused("results small --format json --out no/r.json")
    assert shell.do("receipts small").out.splitlines() == receipts
    assert shell.do("receipts small --json").json == receipts
    typed = receipts[3].lower().replace("-", " ")
    assert shell.do("receipts small --find", typed).out == f"{receipts[3]}\n"
    assert "not among" in shell.refused("receipts small --find 0000-0000-0000")
    assert "twelve" in shell.refused("receipts small --find 0000")
    for publication in ("public", "link", "withdrawn"):
        shell.do(f"campaign publish small --as {publication}")
        assert shell.do("campaign show small --json").json["publication"] == publication
