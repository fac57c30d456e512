"""A voter's code is found alike on the page, in its script, at the office and by the command."""

import csv
import io
import re
from pathlib import Path

import pytest
from flask import Flask

from survey.domain.ballot.typed_codes import typed_codes
from survey.domain.errors import UnknownToken
from survey.secrecy.token import find_token, new_token
from survey.storage.database import transaction
from survey.storage.tables import BallotRow
from tests.builders import EXAMPLES, open_campaign, running_campaign
from tests.shell import Shell
from tests.variants import CODE_LISTS, CODES, LINK, SUFFIXES
from tests.web.admin.campaigns.test_codes import browser, planned, void

REVIEWS = EXAMPLES / "one-report-two-reviews.toml"


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    return Shell(tmp_path, monkeypatch)


@pytest.mark.parametrize("name", CODES)
def test_the_reader(name: str) -> None:
    for _ in range(20):
        code = new_token()
        assert find_token(CODES[name](code)) == code
        assert typed_codes(CODES[name](code)) == [code]
        assert typed_codes(CODES[name](code).encode("utf-16").decode("utf-16")) == [code]


def test_a_word_of_four_letters_before_a_code() -> None:
    assert find_token("code J2SZ-RGB5-JPB0-RDMS") == "J2SZ-RGB5-JPB0-RDMS"
    # Of one code in 32 the word and its first twelve signs are a code too: which is meant is not guessed.
    with pytest.raises(UnknownToken) as refused:
        find_token("code MQG1-PXW6-2H1D-3PRX")
    assert refused.value.mistyped


def test_of_two_codes_none_is_chosen() -> None:
    one, other = new_token(), new_token()
    for text in (f"{one} {other}", f"{one}，{other}", "x" * 600 + one, f"x{one}", f"{one}x"):
        with pytest.raises(UnknownToken) as refused:
            find_token(text)
        assert refused.value.mistyped
    assert find_token(f"{one};{one.lower()}") == one


def test_the_page_without_script(app: Flask) -> None:
    code = open_campaign(app, REVIEWS)["B"][0]
    client = app.test_client()
    for name, written in CODES.items():
        answer = client.post("/v/ballot", data={"code": written(code)})
        assert (answer.status_code, f'value="{code}"' in answer.text) == (200, True), name


def test_a_scanned_code_without_script_is_explained(app: Flask) -> None:
    # Chromium shows no <noscript> where a test turns script off. The one in the head brings the style.
    body = app.test_client().get("/v").text.partition("<body")[2]
    (said,) = re.findall(r"<noscript>(.*?)</noscript>", body, re.DOTALL)
    assert "请照票条输入 16 位投票码" in said


@pytest.mark.parametrize("behind", SUFFIXES)
def test_an_open_survey(app: Flask, behind: str) -> None:
    open_campaign(app, EXAMPLES / "public-satisfaction.toml")
    page = app.test_client().get(f"/o/public-satisfaction{behind}".partition("#")[0], follow_redirects=True)
    assert (page.status_code, page.request.path) == (200, "/o/public-satisfaction")


def test_the_office(app: Flask) -> None:
    codes = running_campaign(app, planned()).codes["A"]
    client = browser(app, "王组织")
    for number, (name, written) in enumerate(CODES.items()):
        assert ("已作废 1 个投票码" in void(client, codes=written(codes[0])).text) is (number == 0), name
        assert "1 个以前已经作废" in void(client, codes=written(codes[0])).text, name
    text = "group,token,url\n" + "".join(f"A,{code},{LINK}{code}\n" for code in codes[1:])
    for number, (name, made) in enumerate(CODE_LISTS.items()):
        said = void(client, file=(io.BytesIO(made(text)), "codes.csv")).text
        assert ("已作废 29 个投票码" in said) is (number == 0), name
        assert number == 0 or "29 个以前已经作废" in said, name
        assert 'class="codes"' not in said, "neither heads nor rows are named as unknown"


def test_a_garbled_ballot_is_not_cast(app: Flask) -> None:
    code = open_campaign(app, REVIEWS)["B"][0]
    client = app.test_client()
    for address in ("/v/cast", "/v/review"):
        assert client.post(address, data={"code": f"x=1;code={code}"}).status_code == 404
    with app.app_context(), transaction() as session:
        assert not session.query(BallotRow).count()


def test_lists_of_codes_by_the_command(shell: Shell) -> None:
    shell.to("issued")
    text = (shell.folder / "codes.csv").read_text("utf-8")
    for name, made in CODE_LISTS.items():
        shell.file("changed.csv", made(text))
        said = shell("token slips small --csv changed.csv --pdf", f"{name}.pdf")
        assert "22 slips" in said.out, (name, said)
    for number, (name, made) in enumerate(CODE_LISTS.items()):
        shell.file("changed.csv", made(text))
        said = shell.do("token void small --csv changed.csv --json")
        assert (said.json["voided"], said.json["before"]) == ((0, 22) if number else (22, 0)), name


def test_codes_by_the_command(shell: Shell) -> None:
    shell.to("issued")
    group, code, _ = shell.codes()[1]
    for number, (name, written) in enumerate(CODES.items()):
        out = io.StringIO()
        csv.writer(out).writerows([("group", "token"), (group, written(code))])
        shell.file("one.csv", out.getvalue())
        said = shell.do("token void small --csv one.csv --json")
        assert (said.json["voided"], said.json["before"]) == ((0, 1) if number else (1, 0)), name
