"""The figures of ``make house``, on a house small enough to count by hand."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench import house
from tests.builders import ROOT

FILES = {
    "house/__init__.py": "",
    "house/edge.py": 'def main():\n    """Begin."""\n',
    "house/cellar/__init__.py": '"""Where wine lies."""\n',
    "house/cellar/wine.py": (
        "class Bottle:\n"
        '    """One bottle."""\n'
        "\n"
        "    def pour(self):\n"
        '        """Pour."""\n'
        "        def drop():\n"
        "            pass\n"
        "        drop()\n"
        "\n"
        "    def shake(self):\n"
        "        from house.attic.hats import wear\n"
        "        wear()\n"
    ),
    "house/cellar/coal.py": "class Heap: ...\n",
    "house/attic/__init__.py": "",
    "house/attic/hats.py": (
        "import house.cellar.wine\n"
        "\n"
        "class Bottle: ...\n"
        "\n"
        "def wear():\n"
        '    audit.record(session, by, "wear", what="hat")\n'
        '    return "owner"\n'
    ),
    "house/attic/long.py": "\n" * 298 + "def _long():\n" + "    pass\n" * 41,
    "house/storage/migrations/versions/0001_first.py": "class Heap: ...\n",
    "tests/test_edge.py": "",
    "tests/cellar/test_wine.py": "",
    "tests/cellar/test_hats.py": "",
    "tests/attic/test_nothing.py": "",
}
COUNTED = {
    "modules": "5",
    "lines": "362",
    "median module, lines": "7",
    "modules below 40 lines": "4",
    "modules above 300 lines": "1",
    "longest module": "house.attic.long (340)",
    "functions": "6",
    "median function, lines": "3",
    "functions above 40 lines": "1",
    "longest function": "house.attic.long._long (42)",
    "public functions with a docstring": "2 of 4 (50 %)",
    "rooms": "3",
    "largest room": "attic (2)",
    "modules in each room": ". 1, attic 2, cellar 2",
    "doors of each floor": "attic 2, cellar 2",
    "class names for two things": "2: Bottle, Heap",
    "modules with a role as a bare string": "1",
    "modules with an act of the log as a bare string": "1",
    "import circles": "1: house.attic.hats ↔ house.cellar.wine",
    "modules with a test of the same name, anywhere": "3 of 5 (60 %)",
    "modules with a test of the same name, in the mirrored room": "2 of 5 (40 %)",
}


def build(folder: Path, files: dict[str, str], package: str = "house") -> house.Figures:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return house.figures(folder / package, folder / "tests")


def test_a_small_house_is_counted(tmp_path: Path) -> None:
    assert build(tmp_path, FILES) == COUNTED


def test_a_house_in_order_has_nothing_to_show(tmp_path: Path) -> None:
    files = FILES | {"house/attic/hats.py": "def wear(): ...\n", "tests/attic/test_hats.py": ""}
    del files["house/cellar/coal.py"]
    counted = build(tmp_path, files)
    assert counted["class names for two things"] == counted["import circles"] == "0"
    assert counted["modules with a test of the same name, in the mirrored room"] == "3 of 4 (75 %)"


def test_secrecy_has_its_unit_tests_elsewhere(tmp_path: Path) -> None:
    """``tests/secrecy`` is the attackers' suite."""
    counted = build(
        tmp_path, {"house/secrecy/box.py": "def f(): ...\n", "tests/secrecy_units/test_box.py": ""}
    )
    assert counted["modules with a test of the same name, in the mirrored room"] == "1 of 1 (100 %)"


def test_two_states_stand_side_by_side() -> None:
    lines = list(house.table({"before (1a2b)": {"modules": "3", "rooms": "1"}, "now": {"modules": "2"}}))
    assert lines == [
        "| figure | before (1a2b) | now |",
        "|---|---|---|",
        "| modules | 3 | 2 |",
        "| rooms | 1 |  |",
    ]


def test_the_command_counts_this_house() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.house"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    head, _rule, *rows = done.stdout.splitlines()
    assert head == "| figure | now |"
    assert [row.split(" | ")[0].removeprefix("| ") for row in rows] == list(COUNTED)


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_a_commit_can_stand_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(house, "ROOT", tmp_path)
    build(tmp_path, {"survey/one.py": "def f(): ...\n", "tests/test_one.py": ""}, "survey")
    owner = ("-c", "user.name=nobody", "-c", "user.email=nobody@example.org")
    for words in (("init", "-q"), ("add", "."), (*owner, "commit", "-q", "-m", "First")):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    build(tmp_path, {"survey/two.py": "def f(): ...\n"}, "survey")
    house.main(["--before", "HEAD"])
    head, _rule, first, *_others = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"\| figure \| before \([0-9a-f]{7,}\) \| now \|", head)
    assert first == "| modules | 1 | 2 |"
    with pytest.raises(SystemExit, match="single revision"):
        house.main(["--before", "no-such-commit"])
