"""Simulated voters: they read the pages as a phone does and answer what is asked."""

import random
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from http.client import HTTPConnection
from urllib.parse import urlencode

AT_ONCE = 8


class Page(HTMLParser):
    """What a voter's page asks: hidden fields, radios by name, the place of the receipt."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.radios: dict[str, list[str]] = {}
        self.receipt = ""
        self._in_receipt = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note inputs."""
        found = {name: value or "" for name, value in attrs}
        self._in_receipt = tag == "output" and found.get("id") == "receipt"
        if tag != "input" or "name" not in found:
            return
        if found.get("type") == "hidden":
            self.hidden[found["name"]] = found["value"]
        elif found.get("type") == "radio":
            self.radios.setdefault(found["name"], []).append(found["value"])

    def handle_data(self, data: str) -> None:
        """Note the receipt."""
        if self._in_receipt:
            self.receipt += data.strip()

    def handle_endtag(self, tag: str) -> None:
        """End the receipt."""
        if tag == "output":
            self._in_receipt = False


Said = Mapping[str, str]
"""What a voter ticks, by field; fields that are left out stay empty."""


def vote_all(port: int, codes: Sequence[str], said: Sequence[Said] | None = None) -> list[str]:
    """Let all codes vote, some at a time, as ``said`` or as they like; return their receipts."""
    told: Sequence[Said | None] = said or [None] * len(codes)
    with ThreadPoolExecutor(AT_ONCE) as voters:
        return list(
            voters.map(lambda number: _vote(port, number, codes[number], told[number]), range(len(codes)))
        )


def _vote(port: int, number: int, code: str, said: Said | None) -> str:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", "/v")
        connection.getresponse().read()
        ballot = Page(_post(connection, "/v/ballot", {"code": code}, 200))
        ticked = answers(ballot.radios, random.Random(number)) if said is None else dict(said)
        review = Page(_post(connection, "/v/review", ballot.hidden | ticked, 200))
        return Page(_post(connection, "/v/cast", review.hidden, 201)).receipt
    finally:
        connection.close()


def _post(connection: HTTPConnection, path: str, fields: dict[str, str], wanted: int) -> str:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", path, urlencode(fields), headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    if answer.status != wanted:
        raise RuntimeError(f"{path} answered {answer.status}")
    return text


def answers(lines: Mapping[str, Sequence[str]], chance: random.Random) -> dict[str, str]:
    """Rate each ratee around a standing of its own; leave a line out now and then.

    ``lines`` are what may be answered, by field. At most two persons get the best overall grade, which every
    ticket's quota of the sample allows.
    """
    found: dict[str, str] = {}
    best = 0
    for name, values in lines.items():
        ratee, _, criterion = name.partition(".")
        grades = [value for value in values if value != "-"]
        liking = random.Random(ratee).uniform(0.2, 1.1)  # the same ratee, the same standing for everyone
        place = min(int(abs(chance.gauss(liking, 0.7))), len(grades) - 1)
        if criterion == "overall" and ratee != "team" and place == 0:
            best += 1
            place = 0 if best <= 2 else 1
        drawn = chance.random()
        if drawn < 0.03 and "-" in values:
            found[name] = "-"
        elif drawn > 0.02:
            found[name] = grades[place]
    return found
