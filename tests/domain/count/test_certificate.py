"""What a certificate fixes, by digests that anybody can work out again."""

import re
from hashlib import sha256
from typing import Any

from survey.domain.count.accounting import GroupAccount
from survey.domain.count.certificate import CHIEF, PARTS, Certificate, Keeping, receipts_digest, short_digest
from tests.builders import BY, ROOT

COUNT = "sha256:" + "0123456789abcdef" * 4
DEFINITION = "sha256:" + "fedcba9876543210" * 4
RECEIPTS = "sha256:" + "00112233445566778899aabbccddeeff" * 2
NONE = GroupAccount(0, 0, 0, 0, 0, 0)


def a_certificate(**changes: Any) -> Certificate:
    """Return the certificate of a count without any ballot."""
    values: dict[str, Any] = {
        "code": "small",
        "title": "小型测评",
        "organiser": "考核组",
        "time_zone": "Asia/Shanghai",
        "is_trial": False,
        "is_open_entry": False,
        "definition_digest": DEFINITION,
        "receipts_digest": RECEIPTS,
        "count_digest": COUNT,
        "counted_at": BY.at,
        "accounts": (("A票", NONE),),
        "total": NONE,
        "keeping": Keeping(None),
        "steps": (),
        "moved": (),
        "extensions": (),
        "signers": (),
        "destruction": None,
    }
    return Certificate(**(values | changes))


def test_the_digest_of_receipts_is_that_of_what_the_command_prints() -> None:
    assert receipts_digest(["0123-4567", "89AB-CDEF"]) == (
        "sha256:" + sha256(b"0123-4567\n89AB-CDEF\n").hexdigest()
    )
    # printf '' | sha256sum
    assert receipts_digest([]) == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_digest_of_receipts_depends_on_their_order_and_their_ends() -> None:
    assert receipts_digest(["a", "b"]) != receipts_digest(["b", "a"])
    assert receipts_digest(["ab"]) != receipts_digest(["a", "b"])


def test_a_footer_has_the_first_sixteen_characters() -> None:
    assert short_digest(COUNT) == "0123456789ab"
    assert short_digest(COUNT.removeprefix("sha256:")) == "0123456789ab"


def test_each_digest_is_known_by_what_it_fixes() -> None:
    assert a_certificate().digests == {"count": COUNT, "definition": DEFINITION, "receipts": RECEIPTS}


def test_the_parts_are_named_in_one_place() -> None:
    named = re.compile(f'"(?:{"|".join((*PARTS.values(), CHIEF))})(?:\\(签字\\)：?)?"')
    files = [*(ROOT / "survey").rglob("*.py"), *(ROOT / "templates").rglob("*.html")]
    assert [
        path.relative_to(ROOT).as_posix() for path in files if named.search(path.read_text(encoding="utf-8"))
    ] == ["survey/domain/count/certificate.py"]
