"""A share read back whole in the ceremony: by digits, words, a picture or its file."""

import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from survey.documents.layout.qr import png
from survey.secrecy.share_digits import groups_of
from tests.web.admin.custody.test_arming import last_act, maker
from tests.web.ceremonies import ask, begin, confirm, read_back, show, words_on
from tests.web.people import hidden

__all__ = ["maker"]

Handed = Callable[[str], bytes]
WAYS: dict[str, Callable[[list[str], Handed], dict[str, object]]] = {
    "digits": lambda words, _: {"words": " ".join(groups_of(words))},
    "words": lambda words, _: {"words": "\n".join(words)},
    "photograph": lambda words, _: {"file": (io.BytesIO(png("".join(groups_of(words)))), "IMG.png")},
    "file": lambda _, handed: {"file": (io.BytesIO(handed("file")), "share.txt")},
    "sheet": lambda _, handed: {"file": (io.BytesIO(handed("sheet")), "share.pdf")},
}


@pytest.mark.parametrize("way", WAYS)
def test_a_share_is_read_back_whole(maker: FlaskClient, way: str) -> None:
    shown = show(maker, begin(maker).text, "张三").text
    asked = ask(maker, shown).text

    def handed(what: str) -> bytes:
        return maker.post(f"/admin/c/small/arm/{what}", data={"carried": hidden(asked)}).data

    answer = read_back(maker, asked, **WAYS[way](words_on(shown), handed))
    assert answer.status_code == 200
    assert "请第 2 位" in answer.text
    assert last_act()[1]["holder"] == "张三"


def test_what_is_read_back_wrongly_does_not_go_on(maker: FlaskClient) -> None:
    shown = show(maker, begin(maker).text, "张三").text
    first = words_on(shown)
    shown = show(maker, confirm(maker, ask(maker, shown).text, first).text, "李四").text
    asked = ask(maker, shown).text
    groups = list(groups_of(words_on(shown)))
    groups[4] = groups[4][:3] + str((int(groups[4][3]) + 1) % 10) + groups[4][4:]
    for typed, said, is_given_back in (
        (" ".join(groups), "第 5 组数字有误", True),
        (" ".join(groups_of(first)), "不是刚才给您看的那一份", False),
        (" ", "没有读到内容", False),
    ):
        answer = read_back(maker, asked, words=typed)
        assert answer.status_code == 422
        assert said in answer.text
        assert (f">{typed}</textarea>" in answer.text) is is_given_back
        assert words_on(answer.text) == []
        asked = answer.text
    assert confirm(maker, asked, words_on(shown)).status_code == 200


def test_a_photograph_too_large_is_refused(maker: FlaskClient) -> None:
    asked = ask(maker, show(maker, begin(maker).text, "张三").text).text
    assert read_back(maker, asked, file=(io.BytesIO(bytes(1 << 20)), "x.jpg")).status_code == 413
    assert read_back(maker, asked, file=(io.BytesIO(bytes(900_000)), "x.jpg")).status_code == 422
