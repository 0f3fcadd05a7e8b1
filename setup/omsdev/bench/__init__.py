"""Benchmarks: each module has ``main(argv) -> dict``."""
