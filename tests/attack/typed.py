"""What people type, scan and post: words and symbols in any disguise, forms with any fields."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st
from shamir_mnemonic.wordlist import WORDLIST

from survey.domain.ballot.ballot import BallotForm
from survey.domain.ballot.crockford import ALPHABET
from tests.attack.strangeness import STRANGE

STRANGERS = st.sampled_from(STRANGE) | st.text(max_size=8)

_LOOKALIKES = {"0": "0Oo", "1": "1IiLl"}
_DASHES = ("-", " ", "", "\u2010", "\u2013", "\u2014", "\u2212")
_GAPS = (*_DASHES, "\t", "\r\n", "\u00a0", "\u3000", "\uff0d", "--", " - ")


def _disguised(draw: Any, symbols: str) -> str:
    """Write symbols as people do: another sign that reads alike, in lower case, in full width."""
    signs = [draw(st.sampled_from(_LOOKALIKES.get(sign, sign + sign.lower()))) for sign in symbols]
    return "".join(chr(ord(sign) + draw(st.sampled_from((0, 0, 0xFEE0)))) for sign in signs)


@st.composite
def typed(draw: Any, symbols: str) -> str:
    """Write symbols with anything between them that is skipped, wherever it stands."""
    gaps = [
        draw(st.sampled_from(_GAPS)) if draw(st.integers(0, 3)) == 0 else "" for _ in range(len(symbols) + 1)
    ]
    return gaps[0] + "".join(
        sign + gap for sign, gap in zip(_disguised(draw, symbols), gaps[1:], strict=True)
    )


@st.composite
def in_fours(draw: Any, symbols: str) -> str:
    """Write symbols in groups of four, as they are found in longer texts."""
    groups = [_disguised(draw, symbols[start : start + 4]) for start in range(0, len(symbols), 4)]
    gap = draw(st.sampled_from(_DASHES))
    return gap.join(groups)


@st.composite
def mistyped(draw: Any, symbols: str) -> str:
    """Get symbols wrong in one place: another one, two swapped, one too few or too many."""
    at = draw(st.integers(0, len(symbols) - 2))
    before, here, after = symbols[:at], symbols[at : at + 2], symbols[at + 2 :]
    other = draw(st.sampled_from([sign for sign in ALPHABET if sign != here[0]]))
    wrong = [other + here[1], here[0], here + other, here + "U", here + "中", here + "\0"]
    wrong += [here[::-1]] if here[0] != here[1] else []
    return before + draw(st.sampled_from(wrong)) + after


@st.composite
def told_words(draw: Any, words: Sequence[str]) -> str:
    """Write the words of a share as people do: numbered, shortened, apart in any way, with remarks."""
    apart = draw(st.sampled_from((" ", "\n", "\t", ", ", "、", "\r\n", "\u3000", "  ")))
    told = []
    for number, word in enumerate(words, 1):
        word = draw(st.sampled_from((word, word.upper(), word.title(), word[:4] if len(word) > 4 else word)))
        word = draw(st.sampled_from((word, "".join(chr(ord(sign) + 0xFEE0) for sign in word))))
        told.append(draw(st.sampled_from((word, f"{number}. {word}", f"({number}){word}"))))
    head = draw(st.sampled_from(("", "# 第 1 份\n", "\ufeff# Share\r\n", "\n\n", " \t# x\n")))
    return head + apart.join(told) + draw(st.sampled_from(("", "\n", "\n# 请独自保管\n", "。")))


@st.composite
def wrong_words(draw: Any, words: Sequence[str]) -> list[str]:
    """Get the words of a share wrong: others, fewer, more, in another order."""
    made = list(words)
    for _ in range(draw(st.integers(1, 3))):
        at, other = (draw(st.integers(0, max(len(made) - 1, 0))) for _ in range(2))
        match draw(st.integers(0, 5)):
            case 0:
                made[at : at + 1] = [draw(st.sampled_from(WORDLIST))]
            case 1:
                made[at : at + 1] = [draw(STRANGERS)]
            case 2:
                del made[at:other]
            case 3:
                made[at:at] = made[at:other]
            case 4:
                made[at : at + 1] = ["academic"] * draw(st.sampled_from((1, 2, 400)))
            case _:
                made = made[at:] + made[:at]
    return made


@st.composite
def posted(draw: Any, form: BallotForm) -> list[tuple[str, str]]:
    """Fill a ballot in: mostly fields that it has with what they take, some wrong, unknown or repeated."""
    takes = _takes(form)
    names = list(takes) if draw(st.booleans()) else draw(st.lists(st.sampled_from(list(takes)), max_size=12))
    fields = [(name, draw(st.sampled_from(takes[name]))) for name in names]
    for _ in range(draw(st.sampled_from((0, 0, 1, 2, 5)))):
        name = draw(st.sampled_from([*takes, "code", "pad", "csrf_token"]) | STRANGERS)
        value = draw(st.sampled_from([value for values in takes.values() for value in values]) | STRANGERS)
        fields.insert(draw(st.integers(0, len(fields))), (name, value))
    return fields


def _takes(form: BallotForm) -> dict[str, list[str]]:
    """Map each field of a ballot to values that it takes."""
    found = {name: [*grades, ""] for name, (_, grades) in form.positions.items()}
    found |= {name: [option.key for option in question.options] for name, question in form.questions.items()}
    found |= {name: ["好", "多下乡\r\n少开会", " ", "x" * longest] for name, longest in form.texts.items()}
    return found | {"receipt": ["7K3M-7K3M-7K3M", "７k3m 7k3m 7k3m", ""]}
