"""The fixed size to which script fills a ballot's request, so that its length says nothing."""

from survey.domain.ballot.ballot import BallotForm
from survey.domain.definition.bounds import field_bytes, ticked_bytes

STEP = 1024
MAX_TEXT = 12 * 1024
"""The most room reserved for written text; who writes more is lifted to twice the size, and so on."""

_HEAD = len("code=XXXX-XXXX-XXXX-XXXX&receipt=XXXX-XXXX-XXXX&pad=")
_BYTES_A_CHARACTER = 9  # one Chinese character, percent-encoded


def fixed_size(form: BallotForm) -> int:
    """Return the size of every request of this form: each tick at its longest, and room for texts.

    It is the same for all groups of a pool: the length would name the unit otherwise.
    """
    form = BallotForm(form.definition, form.definition.row_of[form.group])
    written = sum(field_bytes(name) + _BYTES_A_CHARACTER * longest for name, longest in form.texts.items())
    return -(-(_HEAD + ticked_bytes(form) + min(written, MAX_TEXT)) // STEP) * STEP
