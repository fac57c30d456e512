"""Reading a share that its holder brings back, and what pages carry."""

import pytest

from survey.domain.errors import BadShare
from survey.secrecy.box import new_seed
from survey.secrecy.custody import split
from survey.secrecy.share_input import read_share, read_words

SEED = bytes(range(32))
SHARE = split("small", SEED, 3, 2)[1]
WORDS = SHARE.words.split()


@pytest.mark.parametrize(
    "written",
    [
        SHARE.words,
        SHARE.as_text(),
        "\ufeff" + SHARE.as_text().replace("\n", "\r\n"),
        SHARE.words.upper(),
        "\n".join(f"{number}. {word}" for number, word in enumerate(WORDS, 1)),
        "，".join(word[:4].title() for word in WORDS),
        "".join(chr(ord(c) + 0xFEE0) if c != " " else "\u3000" for c in SHARE.words),
        " ".join(word[:5] for word in WORDS),
    ],
    ids=["plain", "file", "windows", "upper", "numbered", "four letters", "full width", "five letters"],
)
def test_a_share_is_read_however_it_was_written(written: str) -> None:
    read = read_share(written)
    assert (read.words, read.number, read.threshold) == (SHARE.words, 2, 2)


def test_shares_of_one_set_are_of_a_kind() -> None:
    mine = {read_share(share.words).kind for share in split("small", SEED, 3, 2)}
    assert len(mine) == 1
    assert read_share(split("small", new_seed(), 3, 3)[0].words).kind not in mine


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", "empty"),
        ("# only a remark", "empty"),
        ("1 2 3", "empty"),
        (" ".join(WORDS[:-1]), "length"),
        (" ".join([*WORDS, "academic"]), "length"),
        (" ".join(["acid" if WORDS[9] != "acid" else "acne", *WORDS[1:]]), "damaged"),
        (" ".join([*WORDS[:6], WORDS[7], WORDS[6], *WORDS[8:]]), "damaged"),
        (" ".join([*WORDS[:4], "xyzzy", *WORDS[5:]]), "word"),
        (" ".join([*WORDS[:4], "aca", *WORDS[5:]]), "word"),
        (" ".join([*WORDS[:4], WORDS[4] + "x", *WORDS[5:]]), "word"),
        ("密码", "word"),
    ],
)
def test_what_is_no_share(written: str, why: str) -> None:
    with pytest.raises(BadShare) as refused:
        read_share(written)
    assert refused.value.why == why
    assert refused.value.__cause__ is None
    assert WORDS[20] not in str(refused.value)


def test_a_wrong_word_is_named_with_its_place() -> None:
    with pytest.raises(BadShare) as refused:
        read_words("academic acid  Xyzzy")
    assert (refused.value.word, refused.value.place) == ("xyzzy", 3)
