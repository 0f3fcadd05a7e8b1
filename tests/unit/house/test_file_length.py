"""Files that one can read in one go."""

import subprocess

from class_order import REPOSITORY

# Longer ones are two files; tests may tell a longer story.
LINES, TEST_LINES = 400, 600


def code_files():
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in listing.splitlines():
        path = REPOSITORY / name
        if name.endswith((".py", ".js")) and path.is_file() and "/lib/" not in name:
            yield name, path


def test_no_file_is_longer_than_one_can_read():
    long = []
    for name, path in code_files():
        lines = len(path.read_text().splitlines())
        limit = TEST_LINES if "tests/" in name else LINES
        if lines > limit:
            long.append(f"{name}: {lines}")
    assert not long, "split by what it decides"
