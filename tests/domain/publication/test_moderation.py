from dataclasses import replace

import pytest

from survey.domain.errors import BadRedaction
from survey.domain.publication.moderation import Moderation, Text, require_redaction
from tests.domain.definition.test_names import TURNED


def test_a_redaction_turns_nothing() -> None:
    with pytest.raises(BadRedaction, match="control"):
        require_redaction(f"改{TURNED}", "原文")


def test_a_redaction_breaks_its_lines_as_word_does() -> None:
    assert require_redaction("一\v二\u2028三", "原文") == "一\n二\n三"


def test_signs_that_turn_a_text_are_written_out_for_its_moderator_and_left_out_for_readers() -> None:
    text = Text("00", "comment", "section:form", "\u202e反过来\u2066x\u2069", Moderation.RELEASED, None)
    assert text.looked_through == "[U+202E]反过来[U+2066]x[U+2069]"
    assert text.shown == "反过来x"
    assert replace(text, status=Moderation.WAITING).shown is None
    plain = "عەرەب\u200f 1\n二\u200c"
    assert replace(text, text=plain).shown == replace(text, text=plain).looked_through == plain
