"""Tests of the pages of a year's end."""
