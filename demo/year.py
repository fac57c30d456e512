"""A short second part: three campaigns of an assessment are voted, and the year's points are worked out."""

import csv
import json
from collections.abc import Iterator
from typing import Any

from demo import steps
from demo.steps import FILES, ROOT, minping
from demo.tables import print_rows
from demo.voters import Said, vote_all

YEAR = ROOT / "tests" / "data" / "assessment"
CODE = "qingyuan-2026"
MAY = "2026-05"


def score_the_year(port: int, passwords: dict[str, str]) -> None:
    """Load the sample assessment, take its numbers, vote its campaigns, score it and print the summary."""
    print("\n\nA year's assessment (年度目标责任考核), in short")
    minping("assessment", "load", str(YEAR / "assessment.toml"), "--targets", str(YEAR / "targets.csv"))
    minping("assessment", "issue", CODE)
    minping("assessment", "take", CODE, str(YEAR / "values.csv"), "--accept")
    minping("assessment", "close", CODE, MAY)
    bulletin = FILES / f"{CODE}-{MAY}.pdf"
    minping("assessment", "standing", CODE, MAY, "--format", "pdf", "--out", str(bulletin))
    minping("assessment", "take", CODE, str(YEAR / "verified.csv"), "--as", "verified")
    minping("assessment", "take", CODE, str(YEAR / "entries.toml"))
    for definition in sorted((YEAR / "campaigns").glob("*.toml")):
        _vote(port, definition.stem, passwords)
    minping("assessment", "score", CODE)
    steps.sign("assessment", "sign", CODE, passwords=passwords)
    for kind in ("json", "csv", "xlsx", "docx", "pdf"):
        minping("assessment", "results", CODE, "--format", kind, "--out", str(FILES / f"{CODE}.{kind}"))
    _print_summary()


def _vote(port: int, code: str, passwords: dict[str, str]) -> None:
    """Hold one campaign from its definition to the signed count; its ballots are those of the sample."""
    codes = steps.listed(steps.issue(code, YEAR / "campaigns" / f"{code}.toml"))
    minping("campaign", "open", code)
    left = {group: iter([row["token"] for row in codes if row["group"] == group]) for group in _groups(codes)}
    ballots = list(_ballots(code))
    receipts = vote_all(port, [next(left[group]) for group, _ in ballots], [said for _, said in ballots])
    print(f"\n{len(receipts)} simulated voters came through the pages")
    minping("campaign", "close", code)
    minping("campaign", "count", code)
    steps.certify(code, passwords)


def _groups(codes: list[dict[str, str]]) -> set[str]:
    return {row["group"] for row in codes}


def _ballots(code: str) -> Iterator[tuple[str, Said]]:
    with (YEAR / "campaigns" / f"{code}.ballots.csv").open(encoding="utf-8-sig") as rows:
        for row in csv.DictReader(rows):
            yield row.pop("group"), {field: value for field, value in row.items() if value}


def _print_summary() -> None:
    found = json.loads((FILES / f"{CODE}.json").read_text("utf-8"))
    told = json.loads(steps.quietly("assessment", "show", CODE, "--json"))
    labels = {kind: {one["key"]: one["label"] for one in told[kind]} for kind in told if kind in _LISTS}
    for one in told["classes"]:
        units = [unit for unit in found["units"] if unit["class"] == one["key"]]
        print(f"\n{told['title']} 综合得分汇总表 · {one['label']}")
        heads = ["名次", "单位", *labels["components"].values(), "加分", "减分", "总分", "建议等次", ""]
        print_rows([heads, *(_row(unit, labels) for unit in sorted(units, key=_place))], texts={1, 8, 9})


_LISTS = ("classes", "units", "components", "bands")


def _place(unit: dict[str, Any]) -> int:
    return int(unit["rank"] or len(unit))


def _row(unit: dict[str, Any], labels: dict[str, dict[str, str]]) -> list[str]:
    missing = [part for part in unit["components"] if part["value"] is None]
    return [
        str(unit["rank"] or "—"),
        labels["units"][unit["unit"]],
        *(part["value"] or "—" for part in unit["components"]),
        unit["bonus"],
        unit["deduction"],
        unit["total"] or "—",
        labels["bands"].get(unit["proposed"], "—"),
        "；".join(
            [
                *(["一票否决"] if unit["vetoed"] else []),
                *(["约束性指标未完成"] if unit["binding_missed"] else []),
                *([f"总分只含 {len(unit['components']) - len(missing)} 部分"] if missing else []),
            ]
        ),
    ]
