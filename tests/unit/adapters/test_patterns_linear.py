"""Every pattern that meets foreign text takes time that grows with the text, no more.

The walk finds each pattern of the adapters by itself, compiled in a module or written
in a call, makes texts that drive its repetitions as far as they go, and lets it search
them. A new pattern that backtracks over what it has read fails here.
"""

import ast
import importlib
import inspect
import pkgutil
import re
import time

import pytest

import oms_addon.adapters
import oms_addon.masking

try:
    import re._constants as constants
    import re._parser as parser
except ImportError:  # Python 3.10
    import sre_constants as constants
    import sre_parse as parser

# A linear pattern needs well under a millisecond for such texts; one that tries them
# again from every place, or in every way, a hundred times as long.
LENGTHS = (60, 300, 1_500)
ALLOWED_SECONDS = 0.015
TRIES = 3
# A repetition that goes no further than this is a constant.
SHORT = 64
FUNCTIONS = ("compile", "search", "match", "fullmatch", "sub", "split", "finditer")
ENDS = ("\x00", "\n\x00")


def modules():
    yield oms_addon.masking
    package = oms_addon.adapters
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(found.name)


def compiled_in(value):
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from compiled_in(item)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from compiled_in(item)


def patterns():
    """Name and pattern of all, once each."""
    found = {}
    for module in modules():
        short = module.__name__.rpartition(".")[2]
        for name, value in vars(module).items():
            for pattern in compiled_in(value):
                found.setdefault((pattern.pattern, pattern.flags), f"{short}.{name}")
        for place, pattern in written_in(module):
            found.setdefault((pattern.pattern, pattern.flags), f"{short}:{place}")
    return [
        pytest.param(re.compile(*key), id=name)
        for key, name in sorted(found.items(), key=lambda item: item[1])
    ]


def written_in(module):
    """Patterns that stand in a call; each must be made of the module's constants."""
    tree = ast.parse(inspect.getsource(module))
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr in FUNCTIONS
        ):
            written = ast.Expression(node.args[0])
            try:
                pattern = eval(compile(written, "pattern", "eval"), vars(module))  # noqa: S307
            except NameError:
                continue  # made of what a loop or a function gives: found compiled
            flags = re.I if "re.I" in ast.unparse(node) else 0
            yield node.lineno, re.compile(pattern, flags)


# ---- texts that drive a pattern -----------------------------------------


def sample(node):
    """A short text that one part of a pattern matches."""
    kind, value = node
    if kind is constants.LITERAL:
        return chr(value)
    if kind is constants.NOT_LITERAL:
        return "a" if value != ord("a") else "b"
    if kind is constants.ANY:
        return "a"
    if kind is constants.IN:
        return characters(value)[0]
    if kind is constants.CATEGORY:
        return characters([node])[0]
    if kind is constants.BRANCH:
        return sample_of(value[1][0])
    if kind is constants.SUBPATTERN:
        return sample_of(value[-1])
    if kind in (constants.MAX_REPEAT, constants.MIN_REPEAT):
        return sample_of(value[2]) * max(value[0], 1)
    return ""


def sample_of(sequence):
    return "".join(map(sample, sequence))


CATEGORIES = {
    constants.CATEGORY_DIGIT: "1",
    constants.CATEGORY_NOT_DIGIT: "a",
    constants.CATEGORY_SPACE: " \n",
    constants.CATEGORY_NOT_SPACE: "a1",
    constants.CATEGORY_WORD: "a1",
    constants.CATEGORY_NOT_WORD: " -",
}


def characters(members):
    """Characters of a class, a few of each kind that it names."""
    negated = members[0][0] is constants.NEGATE
    named = set()
    for kind, value in members:
        if kind is constants.LITERAL:
            named.add(chr(value))
        elif kind is constants.RANGE:
            named |= {chr(value[0]), chr(value[1])}
        elif kind is constants.CATEGORY:
            named |= set(CATEGORIES[value])
    if negated:
        return [char for char in "a1 -([" if char not in named] or ["\u4e00"]
    return sorted(named)


def alphabet(sequence):
    """All characters that a pattern speaks of."""
    found = set()
    for kind, value in sequence:
        if kind is constants.LITERAL:
            found.add(chr(value))
        elif kind is constants.IN:
            found |= set(characters(value)[:8])
        elif kind is constants.ANY:
            found.add("a")
        elif kind is constants.BRANCH:
            for branch in value[1]:
                found |= alphabet(branch)
        elif kind is constants.SUBPATTERN:
            found |= alphabet(value[-1])
        elif kind in (constants.MAX_REPEAT, constants.MIN_REPEAT):
            found |= alphabet(value[2])
        elif kind in (constants.ASSERT, constants.ASSERT_NOT):
            found |= alphabet(value[1])
    return found


def repetitions(sequence, before=""):
    """Text before and text of each repetition that has no near end."""
    for node in sequence:
        kind, value = node
        if kind in (constants.MAX_REPEAT, constants.MIN_REPEAT):
            if value[1] is constants.MAXREPEAT or value[1] > SHORT:
                yield before, sample_of(value[2])
            yield from repetitions(value[2], before)
        elif kind is constants.SUBPATTERN:
            yield from repetitions(value[-1], before)
        elif kind is constants.BRANCH:
            for branch in value[1]:
                yield from repetitions(branch, before)
        before += sample(node)


def attacks(pattern, length):
    text = pattern.pattern
    if isinstance(text, bytes):
        text = text.decode("latin-1")
    tree = parser.parse(text, pattern.flags & ~re.UNICODE & ~re.DEBUG)
    places = set(repetitions(tree))
    befores = sorted({before for before, _body in places} | {""})[:6]
    bodies = {body for _before, body in places if body}
    pumps = sorted(bodies | set(sorted(alphabet(tree))[:40]) | {" ", "\n", "a", "1"})
    for before in befores:
        for pump in pumps:
            for end in ENDS:
                yield before + pump * (length // len(pump)) + end
        for body in sorted(bodies)[:6]:
            for other in (" ", "\n", "a", "-"):
                pump = body + other
                yield before + pump * (length // len(pump)) + "\x00"


@pytest.mark.parametrize("pattern", patterns())
def test_a_pattern_is_done_with_a_text_in_one_go(pattern):
    is_bytes = isinstance(pattern.pattern, bytes)
    for length in LENGTHS:
        for text in attacks(pattern, length):
            subject = text.encode("utf-8", "replace") if is_bytes else text
            seconds = cost(pattern, subject)
            assert seconds <= ALLOWED_SECONDS, (
                f"{seconds:.3f} s for {len(text)} characters "
                f"like {text[:60]!r}…{text[-9:]!r}"
            )


def cost(pattern, subject):
    """CPU seconds of a search; the least of some, as the machine has other work."""
    least = ALLOWED_SECONDS + 1
    for _try in range(TRIES):
        begin = time.process_time()
        pattern.sub(subject[:0], subject)
        least = min(least, time.process_time() - begin)
        if least <= ALLOWED_SECONDS:
            break
    return least
