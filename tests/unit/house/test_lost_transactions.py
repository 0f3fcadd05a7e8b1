"""A lost transaction is no record's fault: no batch is halved or marked for it."""

import ast

import pytest
from class_order import REPOSITORY
from omsdev.paths import suite_addons

FILES = [
    path
    for addon in suite_addons()
    for room in ("models", "controllers", "wizards", "wizard")
    for path in sorted((REPOSITORY / addon / room).rglob("*.py"))
]


def names_of(handler):
    """Names that a handler mentions as what it takes."""
    if handler.type is None:
        return {"BaseException"}
    return {node.id for node in ast.walk(handler.type) if isinstance(node, ast.Name)}


def hides_it(attempt):
    """Whether a ``try`` would take a lost transaction for an error of its records."""
    for handler in attempt.handlers:
        names = names_of(handler)
        if "NO_RECORDS_FAULT" in names:
            last = handler.body[-1]
            return not (isinstance(last, ast.Raise) and last.exc is None)
        if names & {"Exception", "BaseException"}:
            return not any(isinstance(node, ast.Raise) for node in ast.walk(handler))
    return False


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(REPOSITORY)))
def test_whoever_takes_any_error_lets_a_lost_transaction_through(path):
    tree = ast.parse(path.read_text())
    hiding = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Try) and hides_it(node)
    ]
    assert not hiding, f"{path}: `except NO_RECORDS_FAULT: raise` first, lines {hiding}"


def test_the_check_sees_what_hides():
    tree = ast.parse("try:\n    f()\nexcept Exception:\n    pass\n")
    assert hides_it(tree.body[0])
