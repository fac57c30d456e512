"""The version of this programme, by itself: whoever names it imports nothing that stands above."""

__version__ = "0.1.0"
