"""The fixed size to which script fills a ballot's request, so that its length says nothing."""

from urllib.parse import quote

from survey.domain.ballot import BallotForm
from survey.domain.form import Kind

STEP = 1024
MOST_TEXT = 12 * 1024
"""The most room reserved for written text; who writes more is lifted to twice the size, and so on."""

_HEAD = len("code=XXXX-XXXX-XXXX-XXXX&receipt=XXXX-XXXX-XXXX&pad=")
_BYTES_A_CHARACTER = 9  # one Chinese character, percent-encoded


def fixed_size(form: BallotForm) -> int:
    """Return the size of every request of this form: each tick at its longest, and room for texts."""
    ticks = sum(_field(line.name, *line.scale.positions) for line in form.lines)
    for name, question in form.questions.items():
        if question.kind is not Kind.TEXT:
            longest = sorted((_field(name, option.key) for option in question.options), reverse=True)
            ticks += sum(longest[: question.at_most if question.kind is Kind.CHOICES else 1])
    written = sum(_field(name) + _BYTES_A_CHARACTER * longest for name, longest in form.texts.items())
    return -(-(_HEAD + ticks + min(written, MOST_TEXT)) // STEP) * STEP


def _field(name: str, *values: str) -> int:
    return len(f"{quote(name)}=&") + max((len(quote(value)) for value in values), default=0)
