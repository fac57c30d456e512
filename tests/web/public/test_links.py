"""A person's link shows that person and nothing of another, wherever it and guesses lead."""

import base64
import io
import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeSerializer
from openpyxl import load_workbook

from survey.documents.export.formats import Audience, offered_to
from survey.domain.count.kept_texts import WrittenText
from survey.domain.decisions.entries import Vetoed
from survey.domain.decisions.score_differences import MIN_RATEES, gains
from survey.domain.definition.campaign import Definition, Publication
from survey.domain.publication.edition import Edition, Personal, flags
from survey.services.results import comments, publishing
from survey.services.results.comments import Moderation
from survey.storage import count_rows, publication_rows
from survey.storage.database import transaction
from survey.web.context import now
from survey.web.public import views
from tests.builders import BY, a_definition
from tests.documents.read_back import name_in
from tests.published import campaign_of, certified, key_of, link_of, own, publish, withdraw

RATEES = ("c1", "c2", "c3", "c4", "c5", "t1")
KINDS = tuple(offered_to(Audience.PERSON))


def data(code: str = "small", **changes: Any) -> dict[str, Any]:
    """Return a definition in which every ratee is called like nothing else."""
    found = a_definition(
        campaign={"code": code, "title": "小型测评", "organiser": "考核组"},
        results={
            "minimum_cell": 2,
            "rounding": {"places": 4},
            "rank": True,
            "bands": [{"key": "good", "label": "良好", "at_least": 1}],
        },
        questions=[
            {
                "key": "age",
                "label": "年龄",
                "kind": "choice",
                "options": [{"key": "young", "label": "青年"}, {"key": "old", "label": "老年"}],
                "breakdown": True,
            },
            {"key": "advice", "label": "建议", "kind": "text"},
        ],
        **changes,
    )
    found["sections"].append({**found["sections"][0], "key": "team", "title": "班子表", "comment": True})
    found["ratees"] = [
        {
            "key": key,
            "section": "team" if key == "t1" else "form",
            "name": f"姓名〔{key}〕",
            "post": f"职务〔{key}〕",
            "unit": f"单位〔{key}〕",
            "statement": f"报告〔{key}〕",
        }
        for key in RATEES
    ]
    return found


@pytest.fixture
def small(app: Flask) -> Definition:
    """A signed count with a text and a veto about everybody."""
    definition = certified(data(), {"A": 97, "B": 89})
    found = campaign_of("small")
    with transaction(write=True) as session:
        texts = [WrittenText("reason", f"ratee:{key}", f"理由〔{key}〕") for key in RATEES]
        texts.append(WrittenText("comment", "section:form", "意见〔form〕"))
        texts.append(WrittenText("comment", "section:team", "意见〔t1〕"))
        count_rows.add_texts(session, found, texts)
        waiting = comments.queue(session, "small", Moderation.WAITING).texts
        comments.release(session, "small", [text.key for text in waiting], BY)
        for key in RATEES:
            content = Vetoed("不确定等次", "县委", BY.at.date(), f"认定〔{key}〕", "")
            publication_rows.add_entry(session, found, key, content, "x", BY.at)
    return definition


def everything_ticked() -> Personal:
    return own(**dict.fromkeys(flags(Personal), True))


def read(answer: Any) -> str:
    """Return all that an answer says, a workbook's cells and sheets, too."""
    if "spreadsheetml" not in answer.mimetype:
        return str(answer.data.decode("utf-8-sig"))
    book = load_workbook(io.BytesIO(answer.data))
    return repr([[sheet.title, [[cell.value for cell in row] for row in sheet]] for sheet in book])


def about(text: str) -> set[str]:
    """Return the keys of all that a text names."""
    return set(re.findall(r"〔(\w+)〕", text))


def numbers_of(small: Definition) -> dict[str, set[str]]:
    """Return the counts and scores of each ratee, as they are written."""
    with transaction() as session:
        _, results, _ = publishing.results(session, "small")
    return {one.ratee: {str(one.weighted), str(one.pooled)} for one in results.ratees}


def addresses(page: str, here: str) -> set[str]:
    """Return the addresses that a page leads to, but for styles."""
    found = {
        urljoin(here, link.replace("&amp;", "&")) for link in re.findall(r'(?:href|src)="([^"]+)"', page)
    }
    return {link for link in found if not link.startswith(("data:", "/static/"))}


def crawl(client: FlaskClient, start: str) -> dict[str, str]:
    """Fetch everything that a page leads to, and what that leads to."""
    seen: dict[str, str] = {}
    waiting = {start}
    while waiting:
        address = waiting.pop()
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "Set-Cookie" not in answer.headers
        seen[address] = read(answer)
        if answer.mimetype == "text/html":
            waiting |= addresses(seen[address], address) - seen.keys()
    return seen


def test_everything_that_a_page_leads_to_is_about_one_person(client: FlaskClient, small: Definition) -> None:
    edition = publish("small", Publication.PERSON, personal=everything_ticked())
    standing = numbers_of(small)
    for key in RATEES:
        seen = crawl(client, link_of("small", key, edition))
        assert len(seen) == 2 + len(KINDS), "the page in two languages, and a file in each format"
        for address, text in seen.items():
            assert about(text) == {key}, address
            others = (
                set().union(*(numbers for one, numbers in standing.items() if one != key)) - standing[key]
            )
            # The mean of the section is said, by itself; of others' own numbers nothing.
            assert not {
                number for number in others if re.search(rf"(?<![\d.]){number}(?![\d])", text)
            } - means(key)


def means(key: str) -> set[str]:
    with transaction() as session:
        campaign, results, _ = publishing.results(session, "small")
    return {str(gain.mean) for gain in gains(results, campaign.definition.ratee[key])}


def test_guesses_lead_nowhere(client: FlaskClient, small: Definition, app: Flask) -> None:
    certified(data("other"))
    edition = publish("small", Publication.PERSON, personal=everything_ticked())
    theirs = publish("other", Publication.PERSON, personal=own())
    mine = link_of("small", "c1", edition)
    token = mine.rpartition("/")[2]
    payload, signature = token.rsplit(".", 1)
    until = int(edition.personal.until.timestamp()) if edition.personal else 0

    def forged(*content: object, salt: str = "person-link", key: bytes = b"guessed") -> str:
        return str(URLSafeSerializer(key, salt=salt).dumps(list(content)))

    def encoded(value: object) -> str:
        return (
            base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).decode().rstrip("=")
        )

    key = key_of(app)
    guesses = [
        *(encoded(["small", ratee, edition.number, until]) + "." + signature for ratee in RATEES[1:]),
        *(
            token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
            for place in range(len(token) - 1)
        ),
        *(forged("small", ratee, 1, until) for ratee in RATEES),
        *(
            "c2",
            "small",
            "",
            "x",
            f"{payload}.",
            f".{signature}",
            payload,
            token + token,
            f"{token}.{signature}",
        ),
        # Rightly signed, for something else.
        forged("small", 0, salt="results-link", key=key),
        forged("small", "c2", 1, until, salt="results-link", key=key),
        forged("small", "c2", 1, key=key),
        forged("small", "c2", "1", until, key=key),
        forged("other", "c2", 1, until, key=key),
        str(URLSafeSerializer(key, salt="person-link").dumps("small")),
        str(URLSafeSerializer(key, salt="person-link").dumps({"0": "small"})),
    ]
    for guess in guesses:
        for end in ("", *(f"/data.{kind}" for kind in KINDS)):
            answer = client.get(f"/r/small/p/{guess}{end}")
            assert answer.status_code in (404, 308), (guess, end)
            assert about(answer.text) == set(), (guess, end)
    for path in (
        "/r/small",
        *(f"/r/small.{kind}" for kind in (*KINDS, "pdf", "docx")),
        *(
            "/r/small/p",
            "/r/small/p/",
            f"{mine}/",
            f"{mine}/c2",
            f"{mine}/../c2",
            f"{mine}/data",
            f"{mine}/data.pdf",
        ),
        *(
            f"{mine}/data.csv/c2",
            f"{mine}.json",
            f"{mine}/data.json.csv",
            f"{mine}/%2e%2e/c2",
            f"{mine}%2fc2",
        ),
        *(f"{mine}/data.{kind}%00" for kind in KINDS),
        f"/r/other/p/{token}",
        f"/r/none/p/{token}",
        f"/r/small%2f..%2fother/p/{token}",
        f"/r/small/p/{link_of('other', 'c2', theirs).rpartition('/')[2]}",
        f"/r/small?k={token}",
    ):
        answer = client.get(path, follow_redirects=False)
        assert answer.status_code in (404, 308, 301), path
        assert about(answer.text) == set(), path
    for query in ("ratee=c2", "of=c2", "p=c2", "lang=../c2", "k=c2", "group=A", "all=1"):
        assert about(read(client.get(f"{mine}?{query}"))) == {"c1"}
        for kind in KINDS:
            assert about(read(client.get(f"{mine}/data.{kind}?{query}"))) == {"c1"}
    for method in ("post", "put", "delete", "patch"):
        answer = getattr(client, method)(mine)
        assert answer.status_code in (400, 405)
        assert about(answer.text) == set()


def ended(client: FlaskClient, link: str) -> None:
    for end in ("", *(f"/data.{kind}" for kind in KINDS)):
        answer = client.get(link + end)
        assert answer.status_code == 410
        assert about(answer.text) == set()
        assert "链接已失效" in answer.text


def test_links_end(client: FlaskClient, small: Definition, monkeypatch: pytest.MonkeyPatch) -> None:
    first = publish("small", Publication.PERSON, personal=own())
    old = link_of("small", "c1", first)
    assert client.get(old).status_code == 200
    second = publish("small", personal=own(), note="更正")
    new = link_of("small", "c1", second)
    ended(client, old)
    assert client.get(new).status_code == 200
    third = publish("small", note="只留公布页")
    assert third.personal is None
    ended(client, new)
    fourth = publish("small", Publication.PERSON, personal=own(), note="再发")
    newest = link_of("small", "c1", fourth)
    withdraw("small")
    for link in (old, new, newest):
        ended(client, link)
    fifth = publish("small", Publication.PERSON, personal=own(), note="又发")
    ended(client, newest)
    last = link_of("small", "c1", fifth)
    assert client.get(last).status_code == 200
    assert fifth.personal
    late = fifth.personal.until + timedelta(seconds=1)
    monkeypatch.setattr(views, "now", lambda: late)
    ended(client, last)
    assert "有效期已过" in client.get(last).text


def test_a_link_signed_for_longer_does_not_outlive_the_edition(
    client: FlaskClient, small: Definition
) -> None:
    edition = publish("small", Publication.PERSON, personal=Personal(now() + timedelta(seconds=60)))
    longer = Edition(**{**vars(edition), "personal": own()})
    assert client.get(link_of("small", "c1", longer)).status_code == 200
    with transaction(write=True) as session:
        publishing.withdraw(session, "small", BY)
    ended(client, link_of("small", "c1", longer))


def test_only_what_was_ticked_is_shown(client: FlaskClient, small: Definition) -> None:
    marks = {
        "groups": "A票",
        "band": "良好",
        "rank": "<dt>名次</dt>",
        "mean": "本表平均",
        "breakdowns": "青年",
        "reasons": "理由〔c1〕",
        "decisions": "认定〔c1〕",
    }
    assert marks.keys() == set(flags(Personal))
    for ticked in flags(Personal):
        choice = own(**(dict.fromkeys(flags(Personal), False) | {ticked: True}))
        edition = publish("small", Publication.PERSON, personal=choice)
        page = client.get(link_of("small", "c1", edition)).text.partition("怎么算的")[0]
        for name, mark in marks.items():
            assert (mark in page) is (name == ticked), (ticked, name)
        csv = read(client.get(link_of("small", "c1", edition) + "/data.csv"))
        assert ("本表平均" in csv) is (ticked == "mean")
        assert ("A票,20" in csv.replace(" ", "")) is False
        value = client.get(link_of("small", "c1", edition) + "/data.json").json
        (standing,) = value["ratees"]
        assert (standing["rank"] is not None) is (ticked == "rank")
        assert (standing["band"] is not None) is (ticked == "band")
        assert bool(standing["scores"]) is (ticked == "groups")
        assert bool(value["breakdowns"]) is (ticked == "breakdowns")
        assert bool(value["means"]) is (ticked == "mean")
        assert bool(value["texts"]) is (ticked == "reasons")


def test_one_alone_on_a_form_reads_what_is_said_of_it(client: FlaskClient, small: Definition) -> None:
    edition = publish("small", Publication.PERSON, personal=everything_ticked())
    assert "意见〔t1〕" in client.get(link_of("small", "t1", edition)).text
    assert "意见〔form〕" not in client.get(link_of("small", "c1", edition)).text


@pytest.mark.parametrize("ratees", [3, 4])
def test_the_mean_is_of_four_or_more(client: FlaskClient, app: Flask, ratees: int) -> None:
    assert MIN_RATEES == 4
    keys = tuple(f"c{number}" for number in range(ratees))
    certified(a_definition(ratees=keys, results={"minimum_cell": 2}))
    edition = publish("small", Publication.PERSON, personal=own())
    link = link_of("small", "c0", edition)
    found = [one["mean"] for one in client.get(f"{link}/data.json").json["means"]]
    assert len(found) == 3
    assert all(found) is (ratees >= MIN_RATEES)
    assert any(found) is (ratees >= MIN_RATEES)
    page = client.get(link).text
    assert (f"<dd>{found[-1]}</dd>" in page) is (ratees >= MIN_RATEES)


def test_the_mean_takes_no_withheld_value(client: FlaskClient, app: Flask) -> None:
    """Of four ratees, one is rated by a group that is small: three have a value, and there is no mean."""
    definition = a_definition(groups=("A", "B"), ratees=("c1", "c2", "c3", "c4"))
    for ratee in definition["ratees"][:3]:
        ratee["groups"] = ["B"]
    certified(definition, {"A": 3, "B": 30})
    edition = publish("small", Publication.PERSON, personal=own())
    for key in ("c1", "c4"):
        found = client.get(link_of("small", key, edition) + "/data.json").json
        assert [one["mean"] for one in found["means"]] == [None] * 3
    assert client.get(link_of("small", "c4", edition) + "/data.json").json["ratees"][0]["weighted"] is None


def test_a_file_is_named_after_its_person(client: FlaskClient, small: Definition) -> None:
    edition = publish("small", Publication.PERSON, personal=own())
    answer = client.get(link_of("small", "c1", edition) + "/data.csv")
    assert name_in(answer) == "小型测评 姓名〔c1〕 个人结果.csv"
    assert answer.headers["Cache-Control"] == "no-store"
