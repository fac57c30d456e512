"""Open surveys: whoever comes by the poster holds no slip and no code, and no page speaks of one."""

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.web.context import now
from tests.builders import EXAMPLES, close, open_campaign

TOML = (EXAMPLES / "public-satisfaction.toml").read_text()
PATH = "/o/public-satisfaction"
WRONG = {
    "": re.compile("票|投票码|会场工作人员"),
    "lang=en": re.compile(r"\b(ballots?|vot(e|es|ed|er|ers|ing)|slips?|meeting|hall|staff)\b", re.I),
}


class _Read(HTMLParser):
    """The words of a page that somebody reads or is read: no addresses, no code of scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag
        self.words += [value or "" for name, value in attrs if name in ("aria-label", "title", "placeholder")]

    def handle_data(self, data: str) -> None:
        if self.inside not in ("script", "style"):
            self.words.append(data)


def words_of(page: str) -> str:
    reader = _Read()
    reader.feed(page)
    return " ".join(reader.words)


@pytest.fixture(params=WRONG, ids=["zh", "en"])
def read(client: FlaskClient, request: pytest.FixtureRequest):
    """Return a function that asks for a page, and looks whether a word stands there that should not."""

    def ask(path: str, status: int, data: dict[str, str] | None = None, method: str = "POST") -> str:
        address = f"{path}{'&' if '?' in path else '?'}{request.param}"
        answer = client.open(address, method=method, data=data)
        assert answer.status_code == status, (path, answer.text)
        assert not (found := WRONG[request.param].search(words := words_of(answer.text))), (
            path,
            words[max(0, found.start() - 40) : found.end() + 40],
        )
        return answer.text

    return ask


def test_from_the_poster_to_the_receipt(app: Flask, read) -> None:
    open_campaign(app, TOML)
    read(PATH, 200, method="GET")
    code = re.search(r'name="code" value="([^"]+)"', read(PATH, 200))[1]
    read("/v/ballot", 200, {"code": code})
    read("/v/review", 200, {"code": code, "education.quality": "very"})
    read("/v/review", 200, {"code": code})
    read("/v/cast", 422, {"code": code, "education.quality": "?", "education.none": "1"})
    link = re.search(r'href="(/receipt[^"]*)"', read("/v/cast", 201, {"code": code}))[1].replace("&amp;", "&")
    read(PATH, 409)
    for address in ("/v/ballot", "/v/cast"):
        assert "/v?" not in read(address, 409, {"code": code})
    read(link, 200, method="GET")
    read(link, 422, {"receipt": "x"})
    read(link, 200, {"receipt": "0000-1111-2222"})


def test_who_comes_too_early_or_too_late(app: Flask, read) -> None:
    early = (now() + timedelta(days=1)).isoformat()
    open_campaign(app, TOML.replace('entry = "open"', f'entry = "open"\nopens_at = {early}'))
    read(PATH, 403, method="GET")
    read(PATH, 403)


def test_who_comes_after_the_close(app: Flask, read) -> None:
    open_campaign(app, TOML)
    code = re.search(r'name="code" value="([^"]+)"', read(PATH, 200))[1]
    close(app, "public-satisfaction")
    read(PATH, 403)
    read("/v/ballot", 403, {"code": code})
    read("/v/cast", 403, {"code": code})


def test_where_nobody_may_take_part(app: Flask, read) -> None:
    open_campaign(app, TOML.replace('entry = "open"', 'entry = "open"\nceiling = 1'))
    read(PATH, 403)
    read("/o/nobody", 404)


@pytest.mark.parametrize("rule", ["merge", "show"])
def test_whatever_the_rules_are(app: Flask, read, rule: str) -> None:
    text = TOML.replace("minimum_cell = 10", f'minimum_cell = 10\nsmall_groups = "{rule}"')
    quota = '\n[[quotas]]\nsection = "services"\ncriterion = "quality"\ngrade = "very"\nat_most = 2\n'
    open_campaign(app, text.replace("[rules]", quota + "\n[rules]"))
    read(PATH, 200, method="GET")
    read("/v/ballot", 200, {"code": re.search(r'name="code" value="([^"]+)"', read(PATH, 200))[1]})


def test_a_page_that_speaks_of_codes_is_noticed(app: Flask, read) -> None:
    with pytest.raises(AssertionError):
        read("/v", 200, method="GET")


def test_the_page_says_what_counted_once_can_mean(app: Flask, client: FlaskClient) -> None:
    open_campaign(app, TOML)
    page = words_of(client.get(PATH).text)
    for words in (
        "每个浏览器一份答卷，只计一次",
        "认浏览器，不认人",
        "换浏览器或清除 Cookie，就能再填一份",
        "怎样为您保密",
        "留空的不计入该项的百分比和得分",
    ):
        assert words in page
