"""Counting, signing, shredding and the paper protocol on the pages."""

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image, ImageDraw
from sqlalchemy import text

from survey.documents.layout.qr import png
from survey.domain.definition.campaign import Campaign, State
from survey.secrecy.share_digits import groups_of
from survey.services.audit import audit
from survey.services.campaigns import campaigns, procedure
from survey.services.count import certifying
from survey.services.custody import share_collection
from survey.storage.database import transaction
from survey.web.context import settings
from tests.builders import BY, a_definition, cast, close, count, issue, running_campaign
from tests.secrecy.bytes_on_disk import files_below, found_in
from tests.signing_in import an_account
from tests.web.admin.custody.test_arming import everything, load, secrets_of
from tests.web.ceremonies import bring, hand_out
from tests.web.people import browser, hidden

CODE = "small"


def found(code: str = CODE) -> Campaign:
    with transaction() as session:
        return campaigns.find_campaign(session, code)


def acts(code: str = CODE) -> list[tuple[str, dict[str, Any]]]:
    with transaction() as session:
        return [(entry.act, facts) for entry, facts in audit.history(session, code)]


def vote(app: Flask, code: str = CODE) -> None:
    codes = issue(app, code, {"A": 7, "B": 6})
    with transaction(write=True) as session:
        campaigns.open_voting(session, code, "http://127.0.0.1", allow_http=False, by=BY)
    for made in (*codes["A"][:6], *codes["B"]):
        cast(app, made, {"c1.de": "excellent"})
    close(app, code)


@pytest.fixture
def maker(app: Flask) -> FlaskClient:
    load()
    return browser(app, "组织者", "organiser")


@pytest.fixture
def shared(app: Flask, maker: FlaskClient) -> list[str]:
    """A closed campaign whose key three holders share; any two open it."""
    given = hand_out(maker)
    vote(app)
    return given


def counted(app: Flask) -> None:
    """A counted campaign whose key the server keeps."""
    running = running_campaign(app, a_definition(), 8)
    for code in running.codes["A"][:6]:
        cast(app, code, {"c1.de": "excellent"})
    close(app, CODE)
    count(app, CODE)


def sign_by_command() -> None:
    signing = [an_account("scrutineer", name=name) for name in ("甲", "乙")]
    with transaction(write=True) as session:
        certifying.certify(session, CODE, signing[0], signing[1], BY)


def certified(app: Flask) -> None:
    counted(app)
    sign_by_command()


def start(client: FlaskClient) -> str:
    answer = client.post("/admin/c/small/count/shares")
    assert answer.status_code == 200
    return answer.text


def typed(words: str) -> str:
    """Return words as somebody copies them from paper: numbered, in odd case, cut to four letters."""
    listed = enumerate(words.split(), 1)
    return "\n".join(f"{n}． {word[:4].title() if n % 2 else word.upper()}　" for n, word in listed)


def photo(words: str, kind: str = "JPEG") -> io.BytesIO:
    """Return the QR code of a share as a phone sees it: large, turned, on grey."""
    drawn = Image.open(io.BytesIO(png(words, module=8))).convert("L").rotate(4, expand=True, fillcolor=200)
    picture = Image.new("L", (1600, 1200), 200)
    picture.paste(drawn, (300, 200))
    ImageDraw.Draw(picture).text((40, 40), "share", fill=0)
    out = io.BytesIO()
    picture.save(out, kind)
    out.seek(0)
    return out


def as_file(words: str) -> io.BytesIO:
    return io.BytesIO(f"\ufeff# Minping 民评 · small\n# 请独自保管\n{words}\n".encode())


# Counting


def test_the_servers_key_counts_at_once(app: Flask) -> None:
    running_campaign(app, a_definition(), 6)
    close(app, CODE)
    client = browser(app, "组织者", "organiser")
    assert "开箱计票</button>" in client.get("/admin/c/small/count").text
    answer = client.post("/admin/c/small/count")
    assert answer.status_code == 303
    assert found().state is State.COUNTED
    page = client.get(answer.location).text
    *_, (act, facts) = acts()
    assert act == "count"
    assert facts["count"] in page
    assert "各票种的票数都对得上" in page


def test_shares_in_three_ways(app: Flask, maker: FlaskClient, shared: list[str]) -> None:
    first = bring(maker, start(maker), words=typed(shared[2]))
    assert "王五" in first.text
    assert "还差 1 份" in first.text
    enough = bring(maker, first.text, file=(photo(shared[0]), "IMG_1.jpg"))
    assert "可以开箱" in enough.text
    answer = maker.post("/admin/c/small/count", data={"carried": hidden(enough.text)})
    assert answer.status_code == 303
    assert found().state is State.COUNTED
    # A recount wants the shares again.
    assert maker.post("/admin/c/small/count", data={"carried": hidden(enough.text)}).status_code == 409
    page = bring(maker, start(maker), file=(as_file(shared[1]), "small-share-2.txt")).text
    page = bring(maker, page, words=shared[0].upper()).text
    assert maker.post("/admin/c/small/count", data={"carried": hidden(page)}).status_code == 303
    assert [act for act, _ in acts()][-2:] == ["count", "recount"]
    assert "完全一致" in maker.get("/admin/c/small/count").text
    with maker.session_transaction("/admin/") as kept:
        assert "ceremony" not in kept


def test_the_last_form_of_a_count_sent_twice(maker: FlaskClient, shared: list[str]) -> None:
    page = bring(maker, start(maker), words=shared[0]).text
    page = bring(maker, page, words=shared[1]).text
    with maker.session_transaction("/admin/") as kept:
        ceremony = dict(kept["ceremony"])
    for _ in range(2):
        with maker.session_transaction("/admin/") as kept:
            kept["ceremony"] = ceremony
        answer = maker.post("/admin/c/small/count", data={"carried": hidden(page)})
        assert (answer.status_code, answer.location) == (303, "/admin/c/small/count")
    assert [act for act, _ in acts()][-1] == "count", "the second one counted nothing again"


def test_bringing_shares_is_broken_off(maker: FlaskClient, shared: list[str]) -> None:
    page = bring(maker, start(maker), words=shared[0]).text
    with maker.session_transaction("/admin/") as kept:
        ceremony = dict(kept["ceremony"])
    assert maker.post("/admin/c/small/count/stop").location == "/admin/c/small"
    with maker.session_transaction("/admin/") as kept:
        assert "ceremony" not in kept
        kept["ceremony"] = ceremony
    assert bring(maker, page, words=shared[1]).status_code == 409
    assert list((settings().instance / "ceremonies").iterdir()) == []
    assert "还没有。" in start(maker)


def test_pages_with_shares_hold_none_in_plain(
    app: Flask, maker: FlaskClient, shared: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    page = start(maker)
    for words in shared[:2]:
        answer = bring(maker, page, words=words)
        page = answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        assert not any(" ".join(one.split()[5:9]) in page for one in shared)
    maker.post("/admin/c/small/count", data={"carried": hidden(page)})
    needles = secrets_of(shared)
    assert found_in(files_below(settings().instance), needles) == set()
    said = capfd.readouterr()
    assert [name for name, needle in needles.items() if needle in (said.out + said.err).encode()] == []


def wrong_word(words: str) -> str:
    split = words.split()
    split[7] = "zebra"
    return " ".join(split)


def digits(words: str) -> str:
    return "".join(groups_of(words.split()))


def wrong_group(words: str) -> str:
    groups = list(groups_of(words.split()))
    groups[4] = groups[4][:5] + str((int(groups[4][5]) + 1) % 10)
    return " ".join(groups)


def swapped(words: str) -> str:
    split = words.split()
    split[8], split[9] = split[9], split[8] if split[8] != split[9] else "academic"
    return " ".join(split)


WRONG: dict[str, tuple[Callable[[list[str]], str], str]] = {
    "nothing": (lambda given: "  ", "没有读到内容"),
    "a word that is none": (lambda given: wrong_word(given[1]), "第 8 个词“zebra”"),
    "a word too few": (lambda given: given[1].rpartition(" ")[0], "这里有 32 个"),
    "two words swapped": (lambda given: swapped(given[1]), "对不上"),
    "a wrong group": (lambda given: wrong_group(given[1]), "第 5 组数字有误"),
    "half of the digits": (lambda given: digits(given[1])[:66], "这里有 66 位，请接着输入"),
    "the same again": (lambda given: given[0], "第 1 份已经收到"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_share_does_not_lose_the_others(maker: FlaskClient, shared: list[str], name: str) -> None:
    make, sentence = WRONG[name]
    page = bring(maker, start(maker), words=shared[0]).text
    before = everything()
    answer = bring(maker, page, words=make(shared))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "第 1 份 · 张三" in answer.text
    assert everything() == before
    assert "可以开箱" in bring(maker, answer.text, words=shared[1]).text


def test_words_that_are_no_share_yet_are_given_back(maker: FlaskClient, shared: list[str]) -> None:
    page = start(maker)
    wrong = wrong_word(shared[0])
    assert wrong in bring(maker, page, words=wrong).text
    page = bring(maker, page, words=shared[0]).text
    assert shared[0] not in bring(maker, page, words=shared[0]).text


def test_a_share_of_another_set(app: Flask, maker: FlaskClient, shared: list[str]) -> None:
    load("other", "另一测评")
    foreign = hand_out(maker, code="other")
    page = bring(maker, start(maker), words=shared[0]).text
    answer = bring(maker, page, words=foreign[1])
    assert (answer.status_code, "不属于同一套" in answer.text) == (422, True)
    assert "还差 1 份" in answer.text


def test_a_whole_set_of_another_campaign(app: Flask, maker: FlaskClient, shared: list[str]) -> None:
    load("other", "另一测评")
    foreign = hand_out(maker, code="other")
    page = bring(maker, start(maker), words=foreign[0]).text
    answer = bring(maker, page, words=foreign[1])
    assert (answer.status_code, "不是本次测评的票箱钥匙" in answer.text) == (422, True)
    out = maker.post("/admin/c/small/count/shares", data={"carried": hidden(answer.text), "out": "1"})
    assert "还没有。" in out.text
    page = bring(maker, out.text, words=shared[0]).text
    assert "可以开箱" in bring(maker, page, words=shared[1]).text


@pytest.mark.parametrize(
    "file",
    [
        lambda: (io.BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(60)), "x.png"),
        lambda: (blank(), "x.png"),
        lambda: (io.BytesIO(b"%PDF-1.7" + bytes(100)), "x.txt"),
        lambda: (io.BytesIO(png("https://minping.example.org/v#7K3M")), "x.png"),
        lambda: (io.BytesIO(bytes(range(256)) * 4), "IMG_1.heic"),
    ],
    ids=["broken picture", "picture without a code", "another PDF", "another code", "no text"],
)
def test_a_file_that_is_no_share(maker: FlaskClient, shared: list[str], file: Callable[[], Any]) -> None:
    page = bring(maker, start(maker), words=shared[0]).text
    answer = bring(maker, page, file=file())
    assert answer.status_code == 422
    assert "第 1 份 · 张三" in answer.text
    assert "写错了" not in answer.text, "what a file holds that is none is not read for words"


def test_a_picture_of_several_shares_is_refused_and_of_one_twice_is_not(
    maker: FlaskClient, shared: list[str]
) -> None:
    page = start(maker)
    refused = bring(maker, page, file=(side_by_side(shared[0], digits(shared[1])), "x.png"))
    assert (refused.status_code, "有几份不同的份额" in refused.text) == (422, True)
    taken = bring(maker, page, file=(side_by_side(shared[0], digits(shared[0])), "x.png"))
    assert "还差 1 份" in taken.text


def side_by_side(*texts: str) -> io.BytesIO:
    drawn = [Image.open(io.BytesIO(png(text, module=6))).convert("L") for text in texts]
    picture = Image.new("L", (sum(one.width for one in drawn), max(one.height for one in drawn)), 255)
    at = 0
    for one in drawn:
        picture.paste(one, (at, 0))
        at += one.width
    out = io.BytesIO()
    picture.save(out, "PNG")
    out.seek(0)
    return out


def test_the_page_says_which_shares_are_missing(maker: FlaskClient, shared: list[str]) -> None:
    def missing(page: str) -> list[str]:
        [listed] = re.findall('<ul class="missing">(.*?)</ul>', page, re.DOTALL)
        return re.findall("<span>(.*?)</span>", listed)

    page = start(maker)
    assert missing(page) == ["第 1 份 · 张三", "第 2 份 · 李四", "第 3 份 · 王五"]
    page = bring(maker, page, words=digits(shared[1])).text
    assert missing(page) == ["第 1 份 · 张三", "第 3 份 · 王五"]
    assert 'class="missing"' not in bring(maker, page, words=shared[0]).text


def blank() -> io.BytesIO:
    out = io.BytesIO()
    Image.new("L", (300, 300), 255).save(out, "PNG")
    out.seek(0)
    return out


def test_a_picture_too_large_is_refused(maker: FlaskClient, shared: list[str]) -> None:
    page = bring(maker, start(maker), words=shared[0]).text
    assert bring(maker, page, file=(io.BytesIO(bytes(1 << 20)), "x.jpg")).status_code == 413
    assert bring(maker, page, file=(io.BytesIO(bytes(900_000)), "x.jpg")).status_code == 422


def test_no_upload_touches_the_disk(
    maker: FlaskClient, shared: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a temporary file was made")

    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", refuse, raising=False)
    monkeypatch.setattr("werkzeug.formparser.TemporaryFile", refuse, raising=False)
    page = start(maker)
    large = io.BytesIO(as_file(shared[0]).getvalue() + b"# remark\n" * 80_000)
    assert "还差 1 份" in bring(maker, page, file=(large, "x.txt")).text


def test_forms_of_elsewhere_are_refused(app: Flask, maker: FlaskClient, shared: list[str]) -> None:
    other = browser(app, "监票人", "scrutineer")
    theirs = start(other)
    page = start(maker)  # last: a campaign has one ceremony at a time
    assert bring(other, page, words=shared[0]).status_code == 409
    assert bring(maker, theirs, words=shared[0]).status_code == 409
    load("other")
    assert bring(maker, page, "other", words=shared[0]).status_code == 409
    for carried in ("", "x", hidden(page)[:-3]):
        answer = maker.post("/admin/c/small/count/shares", data={"carried": carried, "words": shared[0]})
        assert answer.status_code == 409
    assert bring(maker, page, words=shared[0]).status_code == 200


def test_it_expires(maker: FlaskClient, shared: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    page = start(maker)
    later = datetime.now(UTC) + share_collection.LIFE + timedelta(minutes=1)
    monkeypatch.setattr("survey.web.admin.count.counting.now", lambda: later)
    assert bring(maker, page, words=shared[0]).status_code == 409


def test_too_few_shares_count_nothing(maker: FlaskClient, shared: list[str]) -> None:
    page = bring(maker, start(maker), words=shared[0]).text
    before = everything()
    for carried in (hidden(page), hidden(start(maker)), ""):
        answer = maker.post("/admin/c/small/count", data={"carried": carried})
        assert answer.status_code in (409, 422)
    assert everything() == before


def test_counting_too_early_or_too_late(app: Flask, maker: FlaskClient) -> None:
    hand_out(maker)
    for state in ("armed", "open"):
        if state == "open":
            issue(app, CODE, {"A": 2})
            with transaction(write=True) as session:
                campaigns.open_voting(session, CODE, "http://127.0.0.1", allow_http=False, by=BY)
        before = everything()
        assert maker.post("/admin/c/small/count").status_code == 409
        assert maker.post("/admin/c/small/count/shares").status_code == 409
        assert "投票还没有结束" in maker.get("/admin/c/small/count").text
        assert everything() == before


def test_an_unfinished_shake_is_told(app: Flask) -> None:
    running_campaign(app, a_definition(), 2)
    with transaction(write=True) as session:
        campaigns.close(session, CODE, BY)
    client = browser(app, "组织者", "organiser")
    assert "还没有打乱完成" in client.get("/admin/c/small/count").text
    assert client.post("/admin/c/small/count").status_code == 409


def test_what_does_not_add_up_is_told(app: Flask) -> None:
    running = running_campaign(app, a_definition(), 8)
    for code in running.codes["A"][:6]:
        cast(app, code, {"c1.de": "excellent", "receipt": "0000-0000-0000"})
    with transaction(write=True) as session:
        campaigns.set_present(session, CODE, "A", 5, BY)
    close(app, CODE)
    with transaction(write=True) as session:
        session.execute(text("DELETE FROM ballots WHERE key = (SELECT key FROM ballots LIMIT 1)"))
        session.execute(text("UPDATE tokens SET rater_group = 'B' WHERE spent = 0"))
    client = browser(app, "组织者", "organiser")
    client.post("/admin/c/small/count")
    page = client.get("/admin/c/small/count").text
    for sentence in (
        "A票：收回 6 张，其中 1 张无法读取。",
        "回执码 0000-0000-0000 出现了 5 次。",
        "A票：收回 6 张，多于到会的 5 人。",
        "现存的投票码与操作日志记载的不是同一批。",
    ):
        assert sentence in page
    notes = dict(acts())["count"]["notes"]
    assert "receipt 0000-0000-0000 occurs 5 times" in notes
    assert "群" not in page
    assert "不能签字" in client.get("/admin/c/small/sign").text


def test_numbers_not_shown_are_explained(app: Flask) -> None:
    running = running_campaign(app, a_definition(), 8)
    for code in running.codes["A"][:2]:
        cast(app, code, {"c1.de": "excellent"})
    close(app, CODE)
    count(app, CODE)
    page = browser(app, "监票人", "scrutineer").get("/admin/c/small/count").text
    assert "收回不足 5 张" in page


# The paper protocol


def test_who_destroyed_the_shares_must_be_named(app: Flask, maker: FlaskClient, shared: list[str]) -> None:
    procedure.count(CODE, bytes_of(shared), BY)
    sign_by_command()
    before = everything()
    page = maker.get("/admin/c/small/shred").text
    assert "张三、李四、王五" in page
    answer = maker.post("/admin/c/small/shred", data={"typed": "small", "confirmed": " \n"})
    assert answer.status_code == 422
    assert everything() == before
    assert maker.post("/admin/c/small/shred", data={"typed": "small", "confirmed": "张三"}).status_code == 303


def bytes_of(shared: list[str]) -> bytes:
    from survey.secrecy.custody import combine

    return combine(shared)
