"""Arming on the pages: the key on the server, or its shares given out one at a time."""

import io
import json
import logging
import re
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from survey.domain.definition.campaign import Campaign, State
from survey.secrecy.custody import combine
from survey.secrecy.share_digits import groups_of
from survey.secrecy.share_input import read_share
from survey.services.audit import audit
from survey.services.campaigns import campaigns
from survey.services.custody import key_files, share_distribution
from survey.services.custody.carried_share import share_text
from survey.storage.database import transaction
from survey.web.context import settings
from tests.builders import BY, a_definition
from tests.secrecy.bytes_on_disk import files_below, found_in
from tests.web.ceremonies import ask, begin, confirm, hand_out, read_back, show, words_on
from tests.web.people import browser, hidden


@pytest.fixture
def maker(app: Flask) -> FlaskClient:
    load()
    return browser(app, "组织者", "organiser")


def load(code: str = "small", title: str = "小型测评") -> None:
    with transaction(write=True) as session:
        data = a_definition(campaign={"code": code, "title": title, "organiser": "考核组"})
        campaigns.load(session, data, BY)


def found(code: str = "small") -> Campaign:
    with transaction() as session:
        return campaigns.find_campaign(session, code)


def last_act(code: str = "small") -> tuple[str, dict[str, object], str]:
    with transaction() as session:
        *_, (entry, facts) = audit.history(session, code)
        return entry.act, facts, audit.check_value(entry.hash)


def everything(*but: str) -> list[list[object]]:
    """Return every row of every table but those of logging in."""
    left_out = ("login_sessions", "login_failures", "accounts", *but)
    with transaction() as session:
        names = [row[0] for row in session.execute(text("SELECT name FROM sqlite_master WHERE type='table'"))]
        kept = [name for name in names if name not in left_out]
        return [[name, *map(tuple, session.execute(text(f"SELECT * FROM {name}")))] for name in kept]


# Custody server


def test_the_servers_key_arms_at_once(maker: FlaskClient) -> None:
    answer = maker.post("/admin/c/small/arm", data={"custody": "server", "typed": "small"})
    assert answer.status_code == 303
    assert found().state is State.ARMED
    assert key_files.seed_of(found(), settings().keys, ())
    page = maker.get(answer.location).text
    act, facts, check = last_act()
    assert (act, facts["custody"]) == ("arm", "server")
    assert check in page
    assert re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){2}", check)
    assert "只有系统管理员能下载" in page


@pytest.mark.parametrize(
    "changed",
    [
        {"typed": "smal"},
        {"typed": ""},
        {"custody": ""},
        {"custody": "nobody"},
        {"custody": "scrutineers", "shares": "3", "threshold": "1"},
        {"custody": "scrutineers", "shares": "3", "threshold": "4"},
        {"custody": "scrutineers", "shares": "11", "threshold": "2"},
        {"custody": "scrutineers", "shares": "", "threshold": "x"},
    ],
    ids=str,
)
def test_a_wrong_form_changes_nothing(maker: FlaskClient, changed: dict[str, str]) -> None:
    before = everything()
    answer = maker.post("/admin/c/small/arm", data={"custody": "server", "typed": "small"} | changed)
    assert answer.status_code == 422
    assert "carried" not in answer.text
    assert everything() == before
    assert list(settings().keys.iterdir()) == []


def test_what_is_armed_cannot_be_armed_again(maker: FlaskClient) -> None:
    maker.post("/admin/c/small/arm", data={"custody": "server", "typed": "small"})
    before = everything()
    assert begin(maker).status_code == 409
    assert maker.post("/admin/c/small/arm", data={"custody": "server", "typed": "small"}).status_code == 409
    assert everything() == before


# Custody scrutineers


def test_the_whole_ceremony(maker: FlaskClient) -> None:
    given = hand_out(maker)
    campaign = found()
    assert campaign.state is State.ARMED
    assert key_files.BoxKey(combine(given[1:])).public_bytes() == campaign.public_key
    assert combine([given[0], given[2]]) == combine(given)
    act, facts, check = last_act()
    assert act == "arm"
    assert facts["custody"] == "scrutineers"
    assert (facts["shares"], facts["threshold"], facts["holders"]) == (3, 2, ["张三", "李四", "王五"])
    page = maker.get("/admin/c/small/arm").text
    assert check in page
    assert all(name in page for name in ("张三", "李四", "王五"))
    with maker.session_transaction("/admin/") as kept:
        assert "ceremony" not in kept


def test_each_page_has_only_the_share_on_show_and_none_is_kept(maker: FlaskClient) -> None:
    pages = [begin(maker)]
    given: list[str] = []
    for name in ("张三", "李四", "王五"):
        shown = show(maker, pages[-1].text, name)
        given.append(" ".join(words_on(shown.text)))
        file = maker.post("/admin/c/small/arm/file", data={"carried": hidden(shown.text)})
        sheet = maker.post("/admin/c/small/arm/sheet", data={"carried": hidden(shown.text)})
        assert (sheet.mimetype, sheet.data[:5]) == ("application/pdf", b"%PDF-")
        for content in (file.data, sheet.data):
            assert read_share(share_text(content)).words == given[-1]
        asked = ask(maker, shown.text)
        assert shown.text.count("<svg") == 1
        for answer in (*pages, shown, file, sheet, asked):
            assert answer.headers["Cache-Control"] == "no-store"
        for answer in (*pages, asked):
            assert words_on(answer.text) == []
            assert "<svg" not in answer.text
        pages.append(confirm(maker, asked.text, words_on(shown.text)))
    assert pages[-1].status_code == 303
    assert len(set(given)) == 3


def test_only_the_log_knows_of_a_ceremony_before_the_last_holder(maker: FlaskClient) -> None:
    before = everything("audit")
    page = begin(maker).text
    for number, name in enumerate(("张三", "李四"), 1):
        shown = show(maker, page, name).text
        page = confirm(maker, ask(maker, shown).text, words_on(shown)).text
        assert everything("audit") == before
        act, facts, _check = last_act()
        assert (act, facts["number"], facts["of"], facts["holder"]) == ("share", number, 3, name)
        assert not set(words_on(shown)) & set(json.dumps(facts).split())
    shown = show(maker, page, "王五").text
    assert everything("audit") == before
    assert found().state is State.DRAFT
    # Broken off here: a new beginning makes another key, and the old pages are worth nothing.
    again = hand_out(maker)
    assert confirm(maker, ask_text(maker, shown), words_on(shown)).status_code == 409
    assert combine(again[:2])
    assert " ".join(words_on(shown)) not in again


def ask_text(client: FlaskClient, page: str) -> str:
    """Return a page that asks, or one made up where the page is refused."""
    answer = ask(client, page)
    if answer.status_code == 200:
        return answer.text
    return f'name="carried" value="{hidden(page)}" for="word-5" for="word-6"'


@pytest.mark.parametrize("typed", [["academic", "acid"], ["", ""], ["academic"], ["xyz", "1"], []])
def test_wrong_words_do_not_go_on(maker: FlaskClient, typed: list[str]) -> None:
    shown = show(maker, begin(maker).text, "张三").text
    asked = ask(maker, shown).text
    answer = maker.post("/admin/c/small/arm/confirm", data={"carried": hidden(asked), "word": typed})
    assert answer.status_code == 422
    assert words_on(answer.text) == []
    # The same holder may look again, and then go on.
    again = maker.post("/admin/c/small/arm/show", data={"carried": hidden(answer.text)})
    assert words_on(again.text) == words_on(shown)
    assert confirm(maker, ask(maker, again.text).text, words_on(shown)).status_code == 200


def test_words_are_taken_however_typed(maker: FlaskClient) -> None:
    shown = show(maker, begin(maker).text, "张三").text
    words = [f" {word.upper()} " for word in words_on(shown)]
    assert "李四" not in confirm(maker, ask(maker, shown).text, words).text
    assert found().state is State.DRAFT


@pytest.mark.parametrize("name", ["", "   ", "名" * 41, "a\0b"])
def test_a_holder_needs_a_name(maker: FlaskClient, name: str) -> None:
    answer = show(maker, begin(maker).text, name)
    assert answer.status_code == 422
    assert words_on(answer.text) == []


def test_nobody_gets_two_shares(maker: FlaskClient) -> None:
    shown = show(maker, begin(maker).text, "张 三").text
    page = confirm(maker, ask(maker, shown).text, words_on(shown)).text
    answer = show(maker, page, " 张  三 ")
    assert answer.status_code == 422
    assert "已经领过一份" in answer.text
    assert words_on(answer.text) == []


def test_no_share_without_a_name(maker: FlaskClient) -> None:
    page = begin(maker).text
    for path in ("show", "file", "sheet", "ask", "confirm"):
        answer = maker.post(f"/admin/c/small/arm/{path}", data={"carried": hidden(page), "word": ["a", "b"]})
        assert answer.status_code == 409, path
        assert words_on(answer.text) == []


# Going back, and forms of elsewhere


def test_going_back_shows_no_earlier_share(maker: FlaskClient) -> None:
    first = begin(maker).text
    shown = show(maker, first, "张三").text
    asked = ask(maker, shown).text
    following = confirm(maker, asked, words_on(shown))
    again = [(path, shown) for path in ("show", "file", "sheet", "ask")]
    for path, page in (("show", first), ("show", asked), *again):
        answer = maker.post(f"/admin/c/small/arm/{path}", data={"carried": hidden(page), "name": "张三"})
        assert answer.status_code == 409, path
        assert words_on(answer.text) == []
    # A reload of the step just taken shows where it led to, without any share.
    again = confirm(maker, asked, words_on(shown))
    assert again.status_code == 200
    assert "请第 2 位" in again.text
    assert words_on(again.text) == []
    shown = show(maker, following.text, "李四").text
    confirm(maker, ask(maker, shown).text, words_on(shown))
    assert confirm(maker, asked, ["academic"] * 33).status_code == 409


def test_a_cookie_that_was_kept_brings_no_earlier_share_back(maker: FlaskClient) -> None:
    """Cookie and page are the browser's: the log says which step is over."""
    page = begin(maker, 2, 2).text
    with maker.session_transaction("/admin/") as kept:
        ceremony = dict(kept["ceremony"])
    pages = []
    for name in ("张三", "李四"):
        shown = show(maker, page, name).text
        pages += [page, shown]
        page = confirm(maker, ask(maker, shown).text, words_on(shown)).text
        for old in pages:
            with maker.session_transaction("/admin/") as kept:
                kept["ceremony"] = ceremony
            for path in ("show", "file", "sheet", "ask"):
                answer = maker.post(
                    f"/admin/c/small/arm/{path}", data={"carried": hidden(old), "name": "冒领"}
                )
                assert answer.status_code == 409, path
                assert words_on(answer.text) == []
    assert found().state is State.ARMED


def test_a_reload_shows_the_same_share(maker: FlaskClient) -> None:
    page = begin(maker).text
    assert words_on(show(maker, page, "张三").text) == words_on(show(maker, page, "张三").text)


def test_the_last_form_sent_twice(maker: FlaskClient) -> None:
    page = begin(maker, 2, 2).text
    for name in ("张三", "李四"):
        shown = show(maker, page, name).text
        asked = ask(maker, shown).text
        if name == "李四":
            with maker.session_transaction("/admin/") as kept:
                ceremony = dict(kept["ceremony"])
        answer = confirm(maker, asked, words_on(shown))
        page = answer.text
    assert answer.status_code == 303
    before = everything()
    with maker.session_transaction("/admin/") as kept:
        kept["ceremony"] = ceremony
    assert confirm(maker, asked, words_on(shown)).status_code == 303
    assert everything() == before
    assert confirm(maker, asked, words_on(shown)).status_code == 409


def test_addresses_of_steps_lead_back(maker: FlaskClient) -> None:
    for path in ("show", "file", "sheet", "ask", "confirm", "resume"):
        assert maker.get(f"/admin/c/small/arm/{path}").location == "/admin/c/small/arm"


def test_a_form_of_another_campaign_or_browser_or_none(app: Flask, maker: FlaskClient) -> None:
    load("other", "另一测评")
    other = browser(app, "另一人", "organiser")
    begin(other, code="other")
    theirs = begin(other).text
    mine = begin(maker).text  # last: a campaign has one ceremony at a time
    for client, page, code in ((maker, theirs, "small"), (other, mine, "small"), (maker, mine, "other")):
        answer = show(client, page, "张三", code)
        assert answer.status_code == 409
        assert "这一页已失效" in answer.text
    for carried in ("", "x", "AAAA" * 40, "é", hidden(mine)[:-4], hidden(mine)[:-2] + "AA"):
        answer = maker.post("/admin/c/small/arm/show", data={"carried": carried, "name": "张三"})
        assert answer.status_code == 409
    assert show(maker, mine, "张三").status_code == 200


def test_logging_out_ends_the_ceremony(app: Flask, maker: FlaskClient) -> None:
    page = begin(maker).text
    with maker.session_transaction("/admin/") as kept:
        ceremony = dict(kept["ceremony"])
    maker.post("/admin/logout")
    assert show(maker, page, "张三").status_code in (302, 401, 403)
    # Even with the secret brought over, another account cannot read the page.
    other = browser(app, "另一人", "organiser")
    with other.session_transaction("/admin/") as kept:
        kept["ceremony"] = ceremony
    assert show(other, page, "张三").status_code == 409


def test_it_expires(maker: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    page = begin(maker).text
    later = datetime.now(UTC) + share_distribution.LIFE
    monkeypatch.setattr("survey.web.admin.custody.arming.now", lambda: later - timedelta(minutes=1))
    assert show(maker, page, "张三").status_code == 200
    monkeypatch.setattr("survey.web.admin.custody.arming.now", lambda: later + timedelta(minutes=1))
    answer = show(maker, page, "张三")
    assert answer.status_code == 409
    assert "时间太长" in answer.text


def test_a_changed_definition_ends_it(maker: FlaskClient) -> None:
    page = begin(maker, 2, 2).text
    shown = show(maker, page, "张三").text
    page = confirm(maker, ask(maker, shown).text, words_on(shown)).text
    shown = show(maker, page, "李四").text
    asked = ask(maker, shown).text
    load(title="改过的测评")
    before = everything()
    answer = confirm(maker, asked, words_on(shown))
    assert answer.status_code == 409
    assert "修改过" in answer.text
    assert everything() == before
    assert found().state is State.DRAFT


def test_armed_elsewhere_meanwhile(app: Flask, maker: FlaskClient) -> None:
    page = begin(maker, 2, 2).text
    shown = show(maker, page, "张三").text
    page = confirm(maker, ask(maker, shown).text, words_on(shown)).text
    shown = show(maker, page, "李四").text
    asked = ask(maker, shown).text
    other = browser(app, "另一人", "organiser")
    other.post("/admin/c/small/arm", data={"custody": "server", "typed": "small"})
    before = everything()
    assert confirm(maker, asked, words_on(shown)).status_code == 409
    assert everything() == before


# Nothing on disk, nothing in logs


def test_no_share_and_no_key_on_disk_or_in_logs(
    maker: FlaskClient,
    app: Flask,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    # Nor where libraries leave what they have no memory for: whatever asks for such a file fails.
    with monkeypatch.context() as nowhere:
        nowhere.setattr(tempfile, "tempdir", str(settings().instance / "nowhere"))
        given = hand_out_as_sheets(maker)
    needles = secrets_of(given)
    assert found_in(files_below(settings().instance), needles) == set()
    said = capfd.readouterr()
    output = (said.out + said.err + caplog.text).encode()
    assert [name for name, needle in needles.items() if needle in output] == []
    with maker.session_transaction("/admin/") as kept:
        assert [name for name, needle in needles.items() if needle in json.dumps(dict(kept)).encode()] == []


def hand_out_as_sheets(client: FlaskClient) -> list[str]:
    """Walk through the ceremony, each share printed and read back whole; return the words of the shares."""
    answer = begin(client)
    given = []
    for name in ("张三", "李四", "王五"):
        shown = show(client, answer.text, name).text
        sheet = client.post("/admin/c/small/arm/sheet", data={"carried": hidden(shown)}).data
        given.append(read_share(share_text(sheet)).words)
        answer = read_back(client, ask(client, shown).text, file=(io.BytesIO(sheet), "sheet.pdf"))
    assert answer.status_code == 303
    return given


def test_the_search_would_find_them(maker: FlaskClient, tmp_path: Path) -> None:
    given = hand_out(maker)
    for number, left in enumerate((given[1], "".join(groups_of(given[1].split())))):
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / "left").write_text(left)
        assert found_in(files_below(tmp_path / str(number)), secrets_of(given))


def secrets_of(given: list[str]) -> dict[str, bytes]:
    """Return seed and shares as they could be written."""
    from base64 import b64encode, urlsafe_b64encode

    secret = {"seed": combine(given[:2])}
    needles = {}
    for number, words in enumerate(given, 1):
        own = " ".join(words.split()[4:])
        needles |= {
            f"share {number}": own.encode(),
            f"share {number}, listed": own.replace(" ", '", "').encode(),
        }
        needles[f"share {number}, some words"] = " ".join(words.split()[8:14]).encode()
        for parted, between in (("digits", ""), ("groups", " ")):
            needles[f"share {number}, {parted}"] = between.join(groups_of(words.split())[8:11]).encode()
        secret[f"share {number} as bytes"] = keeping_value(words)
    for name, value in secret.items():
        needles |= {
            name: value,
            f"{name}, hex": value.hex().encode(),
            f"{name}, HEX": value.hex().upper().encode(),
            f"{name}, base64": b64encode(value).rstrip(b"=")[:-1],
            f"{name}, urlsafe base64": urlsafe_b64encode(value).rstrip(b"=")[:-1],
        }
    return needles


def keeping_value(words: str) -> bytes:
    from shamir_mnemonic import Share

    return Share.from_mnemonic(words).value


# Who may


@pytest.mark.parametrize("role", ["scrutineer", "viewer"])
def test_others_may_look_but_not_arm(app: Flask, maker: FlaskClient, role: str) -> None:
    other = browser(app, "旁人", role)
    before = everything()
    page = other.get("/admin/c/small/arm").text
    assert "生成钥匙</button>" not in page
    with other.session_transaction("/admin/") as kept:
        assert "ceremony" not in kept
    assert everything() == before


def test_another_unit_sees_nothing(app: Flask, maker: FlaskClient) -> None:
    other = browser(app, "外单位", "organiser", unit="外单位")
    for path in ("arm", "count", "sign", "shred", "protocol"):
        assert other.get(f"/admin/c/small/{path}").status_code == 404, path
    assert begin(other).status_code == 404
    assert found().state is State.DRAFT
