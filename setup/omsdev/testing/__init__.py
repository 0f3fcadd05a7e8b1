"""Runs each kind of tests and counts what it found."""
