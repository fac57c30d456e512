"""What every view may ask of the application it runs in."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from flask import Flask, current_app

from survey.config import Settings
from survey.secrecy.vault import Vault

_NAME = "minping"


@dataclass(frozen=True)
class _Attached:
    settings: Settings
    vault: Vault
    session_key: bytes | None = field(repr=False)


def attach(app: Flask, settings: Settings, vault: Vault, session_key: bytes | None) -> None:
    """Give an application its settings and secrets; on a node for voters there is no ``session_key``."""
    app.extensions[_NAME] = _Attached(settings, vault, session_key)


def settings_and_vault(app: Flask) -> tuple[Settings, Vault]:
    """Return an application's settings and the secrets that every node has, outside its context."""
    attached: _Attached = app.extensions[_NAME]
    return attached.settings, attached.vault


def settings() -> Settings:
    """Return the settings."""
    return _attached().settings


def vault() -> Vault:
    """Return the secrets that every node has."""
    return _attached().vault


def session_key() -> bytes:
    """Return the key of the administrators' sessions; only the office's node has it, and pages that ask."""
    key = _attached().session_key
    if key is None:
        raise LookupError("a node for voters has no sessions")
    return key


def now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


def _attached() -> _Attached:
    attached: _Attached = current_app.extensions[_NAME]
    return attached
