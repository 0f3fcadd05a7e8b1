"""Unit tests run side by side, file by file: the longest ones begin first."""

LONGEST = ("test_lint", "test_patterns_linear", "test_day_cast")


def pytest_collection_modifyitems(items):
    """Put the longest files first."""

    def place(item):
        name = item.path.stem
        return LONGEST.index(name) if name in LONGEST else len(LONGEST)

    items.sort(key=place)
