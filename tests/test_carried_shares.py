"""A share is read alike by the command and by the page, whatever programme its holder saved it with."""

import io
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from survey.domain.errors import BadShare
from survey.domain.operations.carried_text import text_of
from survey.secrecy.share_input import read_share
from tests.shell import Shell
from tests.variants import DIGITS, SHARES
from tests.web.admin.count.test_counting import maker, shared, start
from tests.web.ceremonies import bring

__all__ = ["maker", "shared"]

CASES = sorted((Path(__file__).parent / "data/share-file").glob("*.txt"))


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    return Shell(tmp_path, monkeypatch)


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_the_files_of_a_trial(path: Path) -> None:
    expected = read_share((Path(__file__).parent / "data/share-file/as-written.txt").read_text("utf-8"))
    assert read_share(text_of(path.read_bytes()) or "") == expected


def test_the_command(shell: Shell) -> None:
    shell.to("draft")
    shell.do("campaign arm small --custody scrutineers --shares 3 --threshold 2 --shares-dir s")
    for step in ("issued", "open"):
        shell.step(step)
    shell.do("campaign close small")
    first, other = (shell.folder / f"s/small-share-{n}.txt" for n in (1, 3))
    for number, (name, made) in enumerate((SHARES | DIGITS).items()):
        shell.file("changed.txt", made(first.read_text("utf-8")))
        said = shell.do(f"campaign count small --share-file changed.txt --share-file {other} --json")
        assert said.json["recount"] is (number > 0), name
    shell.file("changed.txt", first.read_text("utf-8").replace("\n", " xyzzy\n"))
    said = shell.refused(f"campaign count small --share-file changed.txt --share-file {other}")
    assert "changed.txt" in said, "who brings several is told which is wrong"


def test_the_page(maker: FlaskClient, shared: list[str]) -> None:
    empty = start(maker)
    for name, made in (SHARES | DIGITS).items():
        content = io.BytesIO(made(f"# Minping 民评 · small\n# 第 1 份,共 3 份\n{shared[0]}\n"))
        assert "还差 1 份" in bring(maker, empty, file=(content, "share.txt")).text, name


def test_what_is_no_share_is_no_share_in_any_encoding() -> None:
    for made in SHARES.values():
        with pytest.raises(BadShare):
            read_share(text_of(made("# Minping\nacademic acid acne\n")) or "")
