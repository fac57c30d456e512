"""What every view may ask of the application it runs in."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Flask, current_app

from survey.config import Settings
from survey.secrecy.vault import Vault

_NAME = "minping"


@dataclass(frozen=True)
class _Attached:
    settings: Settings
    vault: Vault


def attach(app: Flask, settings: Settings, vault: Vault) -> None:
    """Give an application its settings and secrets."""
    app.extensions[_NAME] = _Attached(settings, vault)


def settings() -> Settings:
    """Return the settings."""
    return _attached().settings


def vault() -> Vault:
    """Return the instance's secrets."""
    return _attached().vault


def now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


def _attached() -> _Attached:
    attached: _Attached = current_app.extensions[_NAME]
    return attached
