"""What every text for people must be, whatever it says."""

import re
from collections.abc import Iterable

HAN = re.compile(r"[\u3400-\u9fff]")
GAP = re.compile(r"%\(\w+\)|\{\w*\}")


def is_said(text: str, language: str, given: Iterable[str] = ()) -> bool:
    """Check whether a text is whole and in its language; what was ``given`` into it may be in any."""
    for one in given:
        text = text.replace(one, "")
    return bool(text.strip()) and not GAP.search(text) and bool(HAN.search(text)) is (language == "zh")
