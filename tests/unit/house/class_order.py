"""Order in which the classes of each model come in, read from the source.

In Odoo the order of imports is the order of overrides: what is imported later wraps
what came before. `listing` writes it down, so that a move of files between rooms shows
whether it changes behaviour.
"""

import ast
from collections import defaultdict
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]


def modules(package):
    """Python files of a package, in the order of its imports.

    :param Path package: folder with an ``__init__.py``.
    :rtype: iterator of Path
    """
    for node in ast.parse((package / "__init__.py").read_text()).body:
        if not isinstance(node, ast.ImportFrom) or node.level != 1:
            continue
        names = [node.module] if node.module else [alias.name for alias in node.names]
        for name in names:
            inner = package / name
            if (inner / "__init__.py").exists():
                yield from modules(inner)
            elif inner.with_suffix(".py").exists():
                yield inner.with_suffix(".py")


def models(path):
    """Models that a file defines or extends.

    :return: (model, names of its methods) of each class with a model.
    :rtype: iterator of tuple[str, set]
    """
    for node in ast.parse(path.read_text()).body:
        if not isinstance(node, ast.ClassDef):
            continue
        names = {}
        for part in node.body:
            if isinstance(part, ast.Assign) and isinstance(part.targets[0], ast.Name):
                if part.targets[0].id in ("_name", "_inherit"):
                    names[part.targets[0].id] = ast.literal_eval(part.value)
        model = names.get("_name") or names.get("_inherit")
        if model:
            methods = {p.name for p in node.body if isinstance(p, ast.FunctionDef)}
            yield (model if isinstance(model, str) else model[0]), methods


def listing(addon):
    """Text: each model with several classes, and the methods several of them have.

    :param str addon: technical name.
    :rtype: str
    """
    order = defaultdict(list)
    for path in modules(REPOSITORY / addon):
        for model, methods in models(path):
            place = path.relative_to(REPOSITORY / addon).with_suffix("")
            order[model].append((str(place), methods))
    lines = []
    for model, parts in sorted(order.items()):
        if len(parts) < 2:
            continue
        lines.append(f"{model}: {', '.join(place for place, _methods in parts)}")
        shared = defaultdict(list)
        for place, methods in parts:
            for method in methods:
                shared[method].append(place)
        lines += [
            f"    {method}: {' < '.join(places)}"
            for method, places in sorted(shared.items())
            if len(places) > 1
        ]
    return "\n".join(lines) + "\n"
