"""The forms of the organisers' pages: text is what was typed, and a file comes where a file is asked for."""

from typing import Any

from flask import request
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.datastructures import CombinedMultiDict, MultiDict

_MOST_DIGITS = 9


class OfficeForm(FlaskForm):
    """A form that takes neither a file nor JSON for text; either would fail where text is looked into."""

    class Meta(FlaskForm.Meta):
        """How the form reads a request."""

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            """Return what was given, else what this request's form holds, ``None`` where there is none."""
            if formdata is None or isinstance(formdata, MultiDict):
                return formdata
            uploads = {field.name for field in form if isinstance(field, FileField)}
            files = [(name, file) for name, file in request.files.items(multi=True) if name in uploads]
            if not form.is_submitted() or not (files or request.form):
                return None
            return CombinedMultiDict([MultiDict(files), request.form])


def row_number(typed: str) -> int:
    """Return the number of a row that a form names; raises ``ValueError`` where no database has it."""
    if len(typed) > _MOST_DIGITS:
        raise ValueError(f"{typed[:_MOST_DIGITS]}… is no number of a row")
    return int(typed)
