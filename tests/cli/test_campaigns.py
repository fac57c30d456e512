"""The commands that take a campaign from its definition to the close, and what all of them refuse."""

import re
from pathlib import Path

import pytest

from tests.builders import EXAMPLES
from tests.shell import CHECK, DEFINITION, FAULTY, PASSWORD, Shell

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


def test_a_letter_that_the_font_lacks_is_a_warning(shell: Shell) -> None:
    case = Path(__file__).parents[1] / "data" / "one-name-uighur.toml"
    named = 'ratees[2].name, "ئايگۈل مەمەت": the font of PDF files and slips has no ئ (U+0626, character 1)'
    checked = shell.do("campaign check", case)
    assert "has no fault" in checked.out
    assert f"warning: {named}" in checked.err
    assert shell.do("campaign check --json", case).json == []
    shell.do("init")
    shell.do("campaign load", case)
    assert f"warning: {named}" in shell.do("campaign arm uyg1").err


def test_what_may_be_forgotten_is_a_warning(shell: Shell) -> None:
    spare = '{ key = "spare", title = "备用表", scale = "s", criteria = [{ key = "k", label = "总体" }] }'
    definition = DEFINITION.replace("sections = [{", f"sections = [{spare}, {{")
    checked = shell.do("campaign check", shell.file("d.toml", definition))
    assert "has no fault" in checked.out
    assert 'warning: sections[0]: no ratee uses the form "spare" (备用表)' in checked.err
    assert shell.do("campaign check --json d.toml").json == []
    bare = definition.replace(
        "ratees = [", 'questions = [{ key = "q1", label = "建议", kind = "text" }]\n# ['
    )
    assert "nothing is rated" in shell.do("campaign check", shell.file("e.toml", bare)).err


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
    assert names == [f"small-share-{n}.{kind}" for n in (1, 2, 3) for kind in ("pdf", "png", "txt")]
    assert list((shell.folder / "instance/keys").iterdir()) == []
    assert "scrutineers hold the key" in shell.refused("key export small --to k")
    for step in ("issued", "open"):
        shell.step(step)
    shell.do("campaign close small")
    assert "--share-file" in shell.refused("campaign count small")
    one, other = (f"--share-file s/small-share-{n}.txt" for n in (1, 3))
    shell.refused(f"campaign count small {one}")
    assert shell.do(f"campaign count small {one} {other} --json").json["recount"] is False


# From opening to the count


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


@pytest.mark.parametrize("act", ["check", "load"])
def test_faults_one_a_line(shell: Shell, act: str) -> None:
    shell.do("init")
    shell.file("bad.toml", FAULTY)
    said = shell(f"campaign {act} bad.toml")
    assert (said.status, said.out) == (1, "")
    paths = [line.split(": ")[0] for line in said.err.splitlines()]
    assert paths == ["groups[1].weight", "ratees[0].section", "colour"]
    as_json = shell(f"campaign {act} bad.toml --json")
    assert as_json.status == 1
    assert [set(fault) for fault in as_json.json] == [{"path", "message"}] * 3
    assert [fault["path"] for fault in as_json.json] == paths
    assert shell.do("campaign list --json").json == []


@pytest.mark.parametrize("act", ["check", "load"])
@pytest.mark.parametrize("content", [b"format = ", b"\xff\xfe", b"a = 1\na = 2", b"[" * 5000, b""])
def test_files_that_are_no_definition(shell: Shell, act: str, content: bytes) -> None:
    shell.do("init")
    shell.file("bad.toml", content)
    said = shell(f"campaign {act} bad.toml")
    assert said.status == 1
    assert said.err
    assert "Traceback" not in said.err
    assert "cannot read" in shell.refused(f"campaign {act} none.toml")
    assert "cannot read" in shell.refused(f"campaign {act}", shell.folder)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: str(path.stem))
def test_the_samples_have_no_fault(shell: Shell, path: Path) -> None:
    assert path.stem in shell.do("campaign check", path).out
    assert shell.do("campaign check --json", path).json == []


def test_list_and_show(shell: Shell) -> None:
    shell.to("draft")
    (listed,) = shell.do("campaign list --json").json
    shown = shell.do("campaign show small --json").json
    assert listed == shown
    assert (shown["code"], shown["state"], shown["title"]) == ("small", "draft", "小型测评")
    assert "small  draft  小型测评" in shell.do("campaign list").out
    assert "minping campaign arm" in shell.do("campaign show small").out
    assert 'no campaign "other"' in shell.refused("campaign show other")
