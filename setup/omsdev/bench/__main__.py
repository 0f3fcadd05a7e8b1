"""Runs one benchmark and prints its figures as JSON: python -m omsdev.bench NAME."""

import json
import sys
from importlib import import_module


def main(words):
    """Run the benchmark named first; the rest are its options."""
    figures = import_module(f".{words[0]}", __package__).main(words[1:])
    print(json.dumps(figures, indent=2, default=str, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
