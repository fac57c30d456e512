"""Walking through the ceremonies on the pages, as the people at the screen do."""

import re

from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from .people import hidden

NAMES = ("张三", "李四", "王五", "赵六", "钱七")


def begin(client: FlaskClient, shares: int = 3, threshold: int = 2, code: str = "small") -> TestResponse:
    """Choose custody by scrutineers and type the code."""
    data = {"custody": "scrutineers", "shares": str(shares), "threshold": str(threshold), "typed": code}
    return client.post(f"/admin/c/{code}/arm", data=data)


def show(client: FlaskClient, page: str, name: str, code: str = "small") -> TestResponse:
    """Name the holder whose turn it is and show the share."""
    return client.post(f"/admin/c/{code}/arm/show", data={"carried": hidden(page), "name": name})


def ask(client: FlaskClient, page: str, code: str = "small") -> TestResponse:
    return client.post(f"/admin/c/{code}/arm/ask", data={"carried": hidden(page)})


def words_on(page: str) -> list[str]:
    """Return the words of the share that a page shows."""
    return re.findall(r"<li>([a-z]+)</li>", page)


def confirm(client: FlaskClient, page: str, words: list[str], code: str = "small") -> TestResponse:
    """Type back the words asked for."""
    places = [int(place) for place in re.findall(r'for="word-(\d+)"', page)]
    assert len(places) == 2
    typed = [words[place - 1] for place in places]
    return client.post(f"/admin/c/{code}/arm/confirm", data={"carried": hidden(page), "word": typed})


def hand_out(client: FlaskClient, shares: int = 3, threshold: int = 2, code: str = "small") -> list[str]:
    """Walk through the whole ceremony; return the words of the shares."""
    answer = begin(client, shares, threshold, code)
    given = []
    for name in NAMES[:shares]:
        assert answer.status_code == 200
        page = show(client, answer.text, name, code).text
        words = words_on(page)
        assert len(words) == 33
        given.append(" ".join(words))
        answer = confirm(client, ask(client, page, code).text, words, code)
    assert answer.status_code == 303
    return given


def bring(client: FlaskClient, page: str, code: str = "small", **fields: object) -> TestResponse:
    """Bring one share: ``words`` typed, or ``file`` as a pair of stream and name."""
    return _send(client, f"/admin/c/{code}/count/shares", page, fields)


def read_back(client: FlaskClient, page: str, code: str = "small", **fields: object) -> TestResponse:
    """Read the share back whole that was shown: ``words`` typed, or ``file`` as a pair of stream and name."""
    return _send(client, f"/admin/c/{code}/arm/confirm", page, fields)


def _send(client: FlaskClient, address: str, page: str, fields: dict[str, object]) -> TestResponse:
    # Encoded here: the test client would put a large body into a temporary file.
    files = {name: FileStorage(*given) for name, given in fields.items() if isinstance(given, tuple)}
    boundary, body = encode_multipart({"carried": hidden(page), "words": "", **fields, **files})
    kind = f"multipart/form-data; boundary={boundary}"
    return client.post(address, data=body, content_type=kind)
