"""Style and script that stand in a page itself, and the policy that lets these very bytes run."""

import base64
import hashlib
from functools import lru_cache

from flask import current_app
from markupsafe import Markup

from survey.web.languages import Language, language
from survey.web.security import page_policy

from .assets import asset_text
from .blueprint import blueprint

Names = tuple[str, ...]


@blueprint.app_template_global()
def voter_inline(*names: str) -> Markup:
    """Return assets, one after the other, as they stand between the tags of one style or script."""
    return Markup(_joined(str(current_app.static_folder), names, language()))  # noqa: S704 - our own files


def policy(style: Names, *scripts: Names) -> str:
    """Return the policy of a page in which these stand: one style, and each of the scripts."""
    folder, of = str(current_app.static_folder), language()
    return page_policy(
        script=[_hash(folder, names, of) for names in scripts], style=[_hash(folder, style, of)]
    )


@lru_cache(maxsize=64)
def _joined(folder: str, names: Names, of: Language) -> str:
    # A script made smaller ends without its semicolon; before a rule of a style one would undo it.
    between = ";\n" if names[0].endswith(".js") else "\n"
    text = between.join(asset_text(folder, name, of) for name in names)
    if "</" in text or "<!--" in text:
        raise ValueError(f"{names} would end their own tag")
    return text


@lru_cache(maxsize=64)
def _hash(folder: str, names: Names, of: Language) -> str:
    digest = hashlib.sha256(_joined(folder, names, of).encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
