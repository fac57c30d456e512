"""A channel for tests of pages, under the name that campaigns ask for."""

from dataclasses import dataclass

from flask import Flask

from survey.domain.sms.message_parts import PartPrice
from survey.web.sms import desk
from tests.sms_clients import Provider

TYPED = "138 0099 8877"
"""A number that somebody types on a page, and that must be found nowhere afterwards."""


@dataclass
class NamedProvider(Provider):
    """A provider under the name of the campaign's channel."""

    name: str = "mas"
    rate: int = 10
    price: PartPrice | None = None


def attached(app: Flask) -> NamedProvider:
    """Give an application the one channel."""
    found = NamedProvider()
    desk.attach(app, {found.name: found}, lambda *_: None, lambda *_: None)
    return found
