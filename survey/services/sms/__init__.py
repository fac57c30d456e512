"""Campaigns by text message: the list, the messages that go out, the replies, and the end of all of it."""
