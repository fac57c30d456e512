"""The commands that take a campaign from its key to the shredder."""

import json
import re
from pathlib import Path

import pyotp
import pytest

from survey.documents.export.formats import Audience, offered_to
from tests.shell import CHECK, DEFINITION, PASSWORD, Shell


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    for name in ("MINPING_ALLOW_HTTP", "MINPING_METRICS_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return Shell(tmp_path, monkeypatch)


WRONG_STATE = [
    ("draft", "campaign open small", "draft", "minping campaign arm"),
    ("draft", "token issue small --csv f", "draft", "minping campaign arm"),
    ("draft", "key export small --to f", "draft", "minping campaign arm"),
    ("armed", "campaign arm small", "armed", "minping token issue"),
    ("armed", "campaign open small", "no code", "minping token issue"),
    ("armed", "campaign close small", "armed", "minping token issue"),
    ("issued", "campaign count small", "armed", "minping campaign open"),
    ("open", "campaign count small", "open", "minping campaign close"),
    ("open", "results small --format json --out f", "open", "minping campaign close"),
    ("closed", "token issue small --csv f --group A --count 1", "closed", "minping campaign count"),
    ("closed", "receipts small", "closed", "minping campaign count"),
    ("closed", "campaign load d.toml", "closed", "another code"),
    ("counted", "campaign publish small --as public", "counted", "minping campaign certify"),
    ("counted", "campaign shred small --yes", "counted", "minping campaign certify"),
    ("certified", "campaign count small", "certified", "minping campaign shred"),
    ("shredded", "campaign shred small --yes", "shredded", "minping results"),
]


@pytest.mark.parametrize(("state", "command", "named", "instead"), WRONG_STATE)
def test_a_wrong_state_names_state_and_command(
    shell: Shell, state: str, command: str, named: str, instead: str
) -> None:
    shell.to(state)
    said = shell.refused(command)
    assert named in said
    assert instead in said
    assert not (shell.folder / "f").exists()


# Keys and codes


def test_late_codes_of_a_small_group(shell: Shell) -> None:
    """The contract's command goes on while voting runs, and says what comes of it."""
    shell.file("d.toml", DEFINITION.replace("issue = 10", "issue = 4"))
    shell.to("open")
    late = "token issue small --group B --count 2 --csv"
    said = shell.do(f"{late} late.csv")
    assert "2 codes are in late.csv" in said.out
    assert "confirmed by no second person" in said.err
    assert "minping campaign present small --group B --number N" in said.err
    shell.do("admin create --role scrutineer --password-stdin", "b", stdin=PASSWORD)
    shell.do("admin create --role viewer --password-stdin", "v", stdin=PASSWORD)
    agreed = "--password-stdin --second"
    assert "is wrong" in shell.refused(f"{late} more.csv {agreed} b", stdin="wrong\n")
    assert "viewer" in shell.refused(f"{late} more.csv {agreed} v", stdin=f"{PASSWORD}\n")
    assert not (shell.folder / "more.csv").exists()
    assert "confirmed by b" in shell.do(f"{late} more.csv {agreed} b", stdin=f"{PASSWORD}\n").err
    assert shell(f"{late} f --password-stdin").status == 2
    shell.do("campaign close small")
    shell.do("campaign count small")
    shell.do("admin create --role scrutineer --password-stdin", "c", stdin=PASSWORD)
    sign = "campaign certify small --passwords-stdin --teller b --scrutineer c"
    assert "persons present" in shell.refused(sign, stdin=f"{PASSWORD}\n{PASSWORD}\n")
    shell.do("campaign present small --group B --number 4")
    shell.do(sign, stdin=f"{PASSWORD}\n{PASSWORD}\n")
    shell.do("results small --format csv --out r.csv")
    written = (shell.folder / "r.csv").read_text("utf-8-sig")
    assert "无第二人确认" in written
    assert "经第二人确认" in written


def test_key_export(shell: Shell) -> None:
    shell.to("armed")
    shell.do("key export small --to copy.key")
    copy = shell.folder / "copy.key"
    assert copy.stat().st_mode & 0o777 == 0o600
    assert copy.read_bytes() == (shell.folder / "instance/keys/small.key").read_bytes()
    assert "exists already" in shell.refused("key export small --to copy.key")
    shell.file("elsewhere", "")
    (shell.folder / "link").symlink_to(shell.folder / "instance", target_is_directory=True)
    for inside in ("instance/copy.key", "instance/keys/copy.key", "instance/../instance/x", "link/x"):
        assert "inside the instance" in shell.refused("key export small --to", inside)


@pytest.mark.parametrize(
    "folder", ["instance", "instance/shares", "instance/keys/s", "./instance/../instance/s"]
)
def test_shares_inside_the_instance(shell: Shell, folder: str) -> None:
    shell.to("draft")
    said = shell.refused("campaign arm small --custody scrutineers --shares-dir", folder)
    assert "inside the instance" in said
    assert shell.state() == "draft"


def test_shares(shell: Shell) -> None:
    shell.to("draft")
    assert "shares-dir" in shell.refused("campaign arm small --custody scrutineers")
    assert "scrutineers" in shell.refused("campaign arm small --shares 3")
    bad = "campaign arm small --custody scrutineers --shares 3 --threshold 4 --shares-dir s"
    assert "threshold" in shell.refused(bad)
    assert shell.state() == "draft"
    shell.do("campaign arm small --custody scrutineers --shares 3 --threshold 2 --shares-dir s")
    names = sorted(path.name for path in (shell.folder / "s").iterdir())
    assert names == [f"small-share-{n}.{kind}" for n in (1, 2, 3) for kind in ("png", "txt")]
    assert list((shell.folder / "instance/keys").iterdir()) == []
    assert "scrutineers hold the key" in shell.refused("key export small --to k")
    for step in ("issued", "open"):
        shell.step(step)
    shell.do("campaign close small")
    assert "--share-file" in shell.refused("campaign count small")
    one, other = (f"--share-file s/small-share-{n}.txt" for n in (1, 3))
    shell.refused(f"campaign count small {one}")
    assert shell.do(f"campaign count small {one} {other} --json").json["recount"] is False


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


# From opening to shredding


def test_opening_on_plain_http(shell: Shell) -> None:
    shell.to("issued")
    url = "http://hall.example.org"
    assert "MINPING_ALLOW_HTTP" in shell.refused("campaign open small", MINPING_BASE_URL=url)
    said = shell.do("campaign open small", MINPING_BASE_URL=url, MINPING_ALLOW_HTTP="1")
    assert "plain HTTP" in said.err


def test_json_of_every_act(shell: Shell) -> None:
    shell.to("issued")
    for act in ("open", "close", "count"):
        said = shell.do(f"campaign {act} small --json").json
        assert said["campaign"] == "small"
        assert re.match(CHECK, said["check"])
    counted = shell.do("campaign count small --json").json
    assert counted["recount"] is True
    verified = shell.do("audit verify --json").json
    assert (verified["entries"], verified["check"]) == (8, counted["check"])
    assert counted["check"] in shell.do("audit verify").out
    assert len(shell.do("audit list --json").json) == 8


def test_present_and_certifying(shell: Shell) -> None:
    shell.to("open")
    shell.do("campaign present small --group A --number 7")
    assert 'no rater group "C"' in shell.refused("campaign present small --group C --number 7")
    for step in ("closed", "counted"):
        shell.step(step)
    for name in ("a", "b"):
        shell.do("admin create --role scrutineer --password-stdin", name, stdin=PASSWORD)
    sign = "campaign certify small --passwords-stdin --teller a --scrutineer"
    assert "is wrong" in shell.refused(f"{sign} b", stdin=f"{PASSWORD}\nwrong\n")
    assert "two accounts" in shell.refused(f"{sign} a", stdin=f"{PASSWORD}\n{PASSWORD}\n")
    assert "8 ballots of 7 persons" in shell.refused(f"{sign} b", stdin=f"{PASSWORD}\n{PASSWORD}\n")
    assert shell.state() == "counted"


def test_certifying_asks_for_a_second_factor_once(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """One number stands for one signing, and a disabled account for none."""
    shell.to("counted")
    for name in ("a", "b"):
        shell.do("admin create --role scrutineer --password-stdin", name, stdin=PASSWORD)
    secret = pyotp.random_base32()
    shell.change("UPDATE accounts SET totp_secret = :secret WHERE name = 'b'", secret=secret)
    sign = "campaign certify small --passwords-stdin --teller a --scrutineer b"
    for wrong in ("", "000000"):
        said = shell.refused(sign, stdin=f"{PASSWORD}\n{PASSWORD}\n{wrong}\n")
        assert "second factor" in said
    shell.change("UPDATE accounts SET disabled = true WHERE name = 'b'")
    number = pyotp.TOTP(secret).now()
    assert "is wrong" in shell.refused(sign, stdin=f"{PASSWORD}\n{PASSWORD}\n{number}\n")
    shell.change("UPDATE accounts SET disabled = false WHERE name = 'b'")
    shell.do(sign, stdin=f"{PASSWORD}\n{PASSWORD}\n{number}\n")
    assert shell.state() == "certified"
    assert "second factor" in shell.refused(sign, stdin=f"{PASSWORD}\n{PASSWORD}\n{number}\n")


def test_a_passkey_cannot_be_asked_for_on_the_command_line(shell: Shell) -> None:
    """Nor is it passed over: whoever has nothing that can be typed signs in the browser."""
    shell.to("counted")
    for name in ("a", "b"):
        shell.do("admin create --role scrutineer --password-stdin", name, stdin=PASSWORD)
    shell.change(
        "INSERT INTO passkeys SELECT x'01', id, x'a0', 0, 'x', created_at, NULL "
        "FROM accounts WHERE name = 'b'"
    )
    sign = "campaign certify small --passwords-stdin --teller a --scrutineer b"
    for typed in ("", "\n", "123456\n"):
        said = shell.refused(sign, stdin=f"{PASSWORD}\n{PASSWORD}\n{typed}")
        assert "sign in the browser" in said
    assert shell.state() == "counted"


def test_shredding_wants_the_code(shell: Shell) -> None:
    shell.to("certified")
    said = shell("campaign shred small", stdin="smal\n")
    assert said.status == 1
    assert "nothing was destroyed" in said.err
    assert shell.state() == "certified"
    assert shell("campaign shred small", stdin="small\n").status == 0
    assert shell.state() == "shredded"
    assert not (shell.folder / "instance/keys/small.key").exists()


def test_results_receipts_and_publishing(shell: Shell) -> None:
    receipts = shell.to("shredded")
    for kind in offered_to(Audience.COMMAND):
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
