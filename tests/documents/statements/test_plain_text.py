"""Text drawn out of files, as a definition may hold it."""

from survey.documents.statements.plain_text import tidied
from survey.domain.definition.names import turns


def test_it_is_plain() -> None:
    assert tidied("\n\n 一\u000b二\r\n三 \x07\ud800\n\n\n\n四\n") == " 一\n二\n三\n\n四"
    assert not turns(tidied("a\u202eb"))
