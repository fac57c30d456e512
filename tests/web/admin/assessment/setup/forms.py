"""What a set-up page's form would send: every field as the page shows it."""

from typing import Any

from tests.web.clerk import forms


def shown(page: str, **changed: Any) -> dict[str, Any]:
    """Return the fields of a draft's form as a browser sends them, some changed; ``None`` leaves one out."""
    found: dict[str, Any] = {}
    for name, value in next(form for form in forms(page) if "draft" in form.names()).fields:
        found.setdefault(name, []).append(value)
    found |= {name.replace("__", "."): value for name, value in changed.items()}
    return {name: value for name, value in found.items() if value is not None and name != "csrf_token"}
