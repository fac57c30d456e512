"""What came in shows neither number nor text where it is printed by mistake."""

from survey.domain.sms.incoming import Incoming


def test_a_reply_is_shown_without_number_and_text() -> None:
    shown = repr(Incoming("+8613800001111", "106900001", "很不满意", "a1", None))
    assert "138" not in shown
    assert "满意" not in shown
    assert "a1" in shown
