import pytest

from survey.domain.errors import BadRedaction
from survey.domain.publication.moderation import require_redaction
from tests.domain.definition.test_names import TURNED


def test_a_redaction_turns_nothing() -> None:
    with pytest.raises(BadRedaction, match="control"):
        require_redaction(f"改{TURNED}", "原文")
