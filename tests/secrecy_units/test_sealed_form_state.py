"""What pages carry sealed: it comes back on its own page, unchanged, or not at all."""

import pytest

from survey.domain.errors import StalePage
from survey.secrecy.sealed_form_state import Carrier

KEY, SECRET, BOUND = bytes(32), b"s" * 32, ("arm", "small", "1")


def test_what_a_page_carries_comes_back() -> None:
    sealed = Carrier(KEY, SECRET, BOUND).wrap(b"content")
    assert Carrier(KEY, SECRET, BOUND).unwrap(sealed) == b"content"
    assert sealed != Carrier(KEY, SECRET, BOUND).wrap(b"content")
    assert b"content" not in sealed.encode()


@pytest.mark.parametrize(
    "other",
    [
        Carrier(b"k" * 32, SECRET, BOUND),
        Carrier(KEY, b"t" * 32, BOUND),
        Carrier(KEY, SECRET, ("count", "small", "1")),
        Carrier(KEY, SECRET, ("arm", "other", "1")),
        Carrier(KEY, SECRET, ("arm", "small", "2")),
    ],
    ids=["instance", "session", "act", "campaign", "account"],
)
def test_it_opens_nowhere_else(other: Carrier) -> None:
    with pytest.raises(StalePage):
        other.unwrap(Carrier(KEY, SECRET, BOUND).wrap(b"content"))


def test_whatever_is_changed_is_refused() -> None:
    carrier = Carrier(KEY, SECRET, BOUND)
    sealed = carrier.wrap(b"content")
    changed = [sealed[:at] + ("A" if sealed[at] != "A" else "B") + sealed[at + 1 :] for at in range(40)]
    for carried in (*changed, "", "x", "====", "é", "\0", sealed[:-4], sealed * 2, "A" * 16):
        with pytest.raises(StalePage):
            carrier.unwrap(carried)
