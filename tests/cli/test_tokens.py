"""Codes on the command line: issued into a file, voided, counted, printed on slips."""

import pytest

from tests.shell import DEFINITION, Shell


def test_the_file_of_codes(shell: Shell) -> None:
    shell.to("issued")
    path = shell.folder / "codes.csv"
    assert path.stat().st_mode & 0o777 == 0o600
    head, *rows = shell.codes()
    assert head == ["group", "token", "url"]
    assert sorted(row[0] for row in rows) == ["A"] * 12 + ["B"] * 10
    assert [row[0] for row in rows] != sorted(row[0] for row in rows)
    assert all(row[2] == f"http://127.0.0.1:8000/v#{row[1]}" for row in rows)
    assert "issued already" in shell.refused("token issue small --csv other.csv")
    assert not (shell.folder / "other.csv").exists()
    before = path.read_bytes()
    assert "exists already" in shell.refused("token issue small --csv codes.csv --group A --count 2")
    assert path.read_bytes() == before
    assert shell.do("turnout small --json").json["total"]["issued"] == 22


def test_codes_for_another_address(shell: Shell) -> None:
    shell.to("armed")
    url = "https://minping.example.org"
    shell.do("token issue small --csv c.csv --group B --count 2", MINPING_BASE_URL=url)
    assert all(row[2].startswith(f"{url}/v#") for row in shell.codes("c.csv")[1:])
    assert 'no rater group "C"' in shell.refused("token issue small --csv d.csv --group C --count 2")
    assert "cannot write" in shell.refused("token issue small --csv no/d.csv --group B --count 2")
    assert shell.do("turnout small --json").json["total"]["issued"] == 2


def test_void_and_turnout(shell: Shell) -> None:
    shell.to("open")
    _, *rows = shell.codes()
    spent = next(row for row in rows if row[0] == "A")
    left = [row for row in rows if row[0] == "B"][:3]
    shell.file("left.csv", "\ufeffgroup,token,url\r\n" + "\r\n".join(",".join(r) for r in [spent, *left]))
    said = shell.do("token void small --csv left.csv --json")
    assert (said.json["voided"], said.json["spent"]) == (3, [spent[1]])
    assert spent[1] in said.err
    assert shell.do("turnout small --json").json == {
        "groups": [
            {"group": "A", "issued": 12, "voided": 0, "returned": 8},
            {"group": "B", "issued": 10, "voided": 3, "returned": 0},
        ],
        "total": {"issued": 22, "voided": 3, "returned": 8},
    }
    assert "total: issued 22, voided 3, returned 8" in shell.do("turnout small").out


def test_turnout_of_paper(shell: Shell) -> None:
    shell.file("d.toml", DEFINITION + "[paper]\n")
    shell.to("open")
    some = "SELECT digest FROM tokens WHERE spent = 1 LIMIT 3"
    shell.change(f"UPDATE tokens SET spent = 2 WHERE digest IN ({some})")
    assert shell.do("turnout small --json").json == {
        "groups": [
            {"group": "A", "issued": 12, "voided": 0, "returned": 8, "paper": 3},
            {"group": "B", "issued": 10, "voided": 0, "returned": 0, "paper": 0},
        ],
        "total": {"issued": 22, "voided": 0, "returned": 8, "paper": 3},
    }
    assert "total: issued 22, voided 0, returned 8, paper 3" in shell.do("turnout small").out


@pytest.mark.parametrize(
    "content", ["", "a,b\n", "group,token,url\nA\n", "group,token,url\nA,0000,x\n", b"\xff"]
)
def test_what_is_no_file_of_codes(shell: Shell, content: str | bytes) -> None:
    shell.to("armed")
    shell.file("bad.csv", content)
    shell.refused("token void small --csv bad.csv")
    shell.refused("token slips small --csv bad.csv --pdf slips.pdf")
    assert not (shell.folder / "slips.pdf").exists()


def test_slips(shell: Shell) -> None:
    shell.to("issued")
    shell.do("token slips small --csv codes.csv --pdf slips.pdf")
    pdf = shell.folder / "slips.pdf"
    assert pdf.read_bytes().startswith(b"%PDF-")
    assert pdf.stat().st_mode & 0o777 == 0o600
    assert "exists already" in shell.refused("token slips small --csv codes.csv --pdf slips.pdf")
