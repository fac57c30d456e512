"""Run ``minping`` as a module."""

from . import main

main()
