"""Answers kept in memory: made once, as many as there is room for, and given as the client takes them."""

import gzip

import pytest
from flask import Flask

from survey.web.public.kept import Answer, AnswerCache, attach, kept, respond


class Maker:
    """Makes answers and counts them."""

    def __init__(self, size: int = 10) -> None:
        self.made = 0
        self.size = size

    def __call__(self) -> tuple[bytes, str]:
        self.made += 1
        return bytes([65 + self.made % 26]) * self.size, "text/html"


def test_an_answer_is_made_once_for_each_key() -> None:
    cache, make = AnswerCache(), Maker()
    first = cache.get("one", make)
    assert cache.get("one", make) is first
    assert cache.get("two", make).plain != first.plain
    assert make.made == 2
    assert gzip.decompress(first.packed) == first.plain


def test_the_same_answer_is_the_same_bytes_whenever_it_was_made() -> None:
    """A time in the compressed form would tell when an edition was first read."""
    assert AnswerCache().get("a", Maker()).packed == AnswerCache().get("b", Maker()).packed


def test_one_goes_where_there_is_no_room_and_the_last_stays() -> None:
    make = Maker()
    room = 2 * len(AnswerCache().get("x", Maker()).packed)
    cache = AnswerCache(room)
    for name in "abc":
        cache.get(name, make)
    assert make.made == 3
    cache.get("c", make)
    assert make.made == 3
    for name in "ab":
        cache.get(name, make)
    assert make.made > 3


def test_an_answer_larger_than_all_room_is_given_all_the_same() -> None:
    cache, make = AnswerCache(5), Maker(1000)
    assert len(cache.get("large", make).plain) == 1000


def test_each_application_has_a_memory_of_its_own() -> None:
    apps = [Flask("one"), Flask("two")]
    found = []
    for app in apps:
        attach(app)
        with app.app_context():
            found.append(kept())
            assert kept() is found[-1]
    assert found[0] is not found[1]


@pytest.mark.parametrize(
    ("accepts", "packed"),
    [("gzip", True), ("gzip, br", True), ("", False), ("br", False), ("gzip;q=0", False)],
)
def test_it_is_compressed_for_whoever_takes_it(accepts: str, packed: bool) -> None:
    answer = Answer(gzip.compress(b"plain"), "application/json")
    with Flask("x").test_request_context(headers={"Accept-Encoding": accepts}):
        response = respond(answer)
    assert response.get_data() == (answer.packed if packed else answer.plain)
    assert response.headers.get("Content-Encoding") == ("gzip" if packed else None)
    assert response.headers["Vary"] == "Accept-Encoding"
    assert response.mimetype == "application/json"
