"""Forms of the pages for those who administer."""

from flask_wtf import FlaskForm


class EmptyForm(FlaskForm):
    """A button alone; the form only carries the token against forged requests."""
