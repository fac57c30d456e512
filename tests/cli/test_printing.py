"""Printing ballots on the command line: into a new file, by the list, and every way to ask wrongly."""

import io
import json
import sys
from pathlib import Path

import pypdfium2
import pytest

from survey.cli import printing
from tests.shell import DEFINITION, Shell

PAPER = DEFINITION + "paper = {}\n"


@pytest.fixture
def issued(shell: Shell) -> Shell:
    shell.file("d.toml", PAPER)
    shell.to("issued")
    return shell


def codes(shell: Shell, name: str = "codes.csv") -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in shell.codes(name)[1:]]


def words(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as pdf:
        return "\n".join(page.get_textpage().get_text_range() for page in pdf).split()


def test_the_ballots_of_a_list(issued: Shell) -> None:
    said = issued.do("paper ballots small --csv codes.csv --pdf ballots.pdf")
    pdf = issued.folder / "ballots.pdf"
    assert pdf.stat().st_mode & 0o777 == 0o600
    assert "22 ballots are in ballots.pdf (A 12, B 10); check value" in said.out
    assert "minping key export small" in said.err
    assert "printed before" not in said.err
    rows = codes(issued)
    in_order = [token for key in "AB" for group, token in rows if group == key]
    assert [word for word in words(pdf) if word.count("-") == 3] == in_order
    key = issued.settings.keys / "small.paper-key"
    assert key.stat().st_mode & 0o777 == 0o600
    before = key.read_bytes()
    said = issued.do("paper ballots small --csv codes.csv --pdf b.pdf --group B")
    assert "10 ballots are in b.pdf (B 10)" in said.out
    assert "22 ballots were printed before" in said.err
    assert key.read_bytes() == before
    assert in_order[0] not in issued.do("audit list --json").out


def test_an_office_s_list_is_read_too(issued: Shell) -> None:
    rows = [f"{group};{token};x" for group, token in codes(issued)[:2]]
    issued.file("office.csv", "\ufeff票种;投票码;链接\r\n" + "\r\n".join(rows) + "\r\n合计;2;\r\n")
    assert "2 ballots" in issued.do("paper ballots small --csv office.csv --pdf o.pdf").out


def test_what_is_not_printed_is_named(issued: Shell) -> None:
    first, second, *_ = codes(issued)
    issued.file("void.csv", f"group,token\n{first[0]},{first[1]}\n")
    issued.do("token void small --csv void.csv")
    rows = [first, second, second, ("A", "HE6M-1110-RDV1-EWZE"), ("A", "张三")]
    issued.file("some.csv", "group,token\n" + "".join(f"{group},{token}\n" for group, token in rows))
    said = issued.do("paper ballots small --csv some.csv --pdf s.pdf")
    assert f"warning: {first[1]} is voided and was not printed" in said.err
    assert f"warning: {second[1]} stands in the list more than once" in said.err
    assert "warning: row 5 holds no code of small" in said.err
    assert "warning: row 6 holds no code of small" in said.err
    assert "1 ballots are in s.pdf" in said.out
    assert first[1] not in issued.do("audit list --json").out
    assert "1 voided" in issued.refused("paper ballots small --csv void.csv --pdf n.pdf")
    assert not (issued.folder / "n.pdf").exists()


def test_what_is_asked_wrongly_is_refused_in_a_line_and_leaves_nothing(issued: Shell) -> None:
    def refused(more: str) -> str:
        said = issued.refused(f"paper ballots {more}")
        assert list(issued.settings.keys.glob("*.paper-key")) == []
        return said

    assert "cannot read" in refused("small --csv none.csv --pdf x.pdf")
    issued.file("bad.csv", "a,b\n1,2\n")
    assert "does not begin with the header" in refused("small --csv bad.csv --pdf x.pdf")
    issued.file("noise.csv", bytes(range(256)))
    assert "noise.csv" in refused("small --csv noise.csv --pdf x.pdf")
    assert 'no rater group "X"' in refused("small --csv codes.csv --pdf x.pdf --group X")
    assert "minping campaign list" in refused("nowhere --csv codes.csv --pdf x.pdf")
    assert "cannot write" in refused("small --csv codes.csv --pdf no/x.pdf")
    issued.file("there.pdf", "x")
    assert "exists already" in refused("small --csv codes.csv --pdf there.pdf")
    assert (issued.folder / "there.pdf").read_text() == "x"
    issued.file("o.toml", DEFINITION.replace('code = "small"', 'code = "o"'))
    issued.do("campaign load o.toml")
    issued.do("campaign arm o")
    issued.do("token issue o --csv other.csv")
    assert "no code of the list can be printed" in refused("small --csv other.csv --pdf x.pdf")
    assert "no [paper]" in refused("o --csv other.csv --pdf x.pdf")
    assert not (issued.folder / "x.pdf").exists()
    assert issued("paper ballots small --csv codes.csv").status == 2


def test_a_lost_or_wrong_key_is_named(issued: Shell) -> None:
    issued.do("paper ballots small --csv codes.csv --pdf a.pdf")
    key = issued.settings.keys / "small.paper-key"
    kept = key.read_bytes()
    key.unlink()
    order = "paper ballots small --csv codes.csv --pdf b.pdf"
    assert "put the exported copy back" in issued.refused(order)
    key.write_text(json.dumps(json.loads(kept) | {"seed": "00" * 32}))
    assert "not the one under which" in issued.refused(order)
    key.write_bytes(b"x")
    assert "is no paper key" in issued.refused(order)
    assert not (issued.folder / "b.pdf").exists()


def test_both_keys_are_exported(issued: Shell) -> None:
    issued.do("paper ballots small --csv codes.csv --pdf a.pdf")
    said = issued.do("key export small --to copy.key")
    assert "copy written: copy.key" in said.out
    assert "copy written: copy.paper-key" in said.out
    assert "its name is small.paper-key" in said.err
    key = issued.settings.keys / "small.paper-key"
    assert (issued.folder / "copy.paper-key").read_bytes() == key.read_bytes()
    key.unlink()
    assert "paper key of small is not there" in issued.do("key export small --to again.key").err


def test_a_restored_backup_says_that_the_paper_key_is_missing(issued: Shell, tmp_path: Path) -> None:
    issued.do("paper ballots small --csv codes.csv --pdf a.pdf")
    issued.do("backup one.backup")
    elsewhere = str(tmp_path / "elsewhere")
    said = issued.do("restore one.backup", MINPING_INSTANCE=elsewhere)
    assert "put the copy of small.paper-key at" in said.err


def test_a_terminal_is_told_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    assert printing._progress(3) is None
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    show = printing._progress(120)
    assert show is not None
    for done in range(1, 121):
        show(done)
    assert terminal.getvalue() == "\r50 / 120\r100 / 120\r120 / 120\n"
