"""Campaigns by text message: the list, the text and its cost, sending; and the channels."""
