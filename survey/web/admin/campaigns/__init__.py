"""A campaign's pages up to the close: its state, arming, tokens, turnout."""
