"""Rows of campaigns by text message: clients, messages that go out, replies."""
