"""Every task that the system leaves, found in the source."""

import ast
from pathlib import Path

from odoo.modules import get_module_path

# Where activities are made: in the one place, and alarms.
ONLY_HERE = {
    "mail_activity_mixin.py",
    "oms_health.py",  # alarms, to each administrator
}


def find_tasks(addon):
    """Tasks of an addon, by their name.

    :return: role of each task, and calls that go around `_oms_ask_role`
    :rtype: tuple[dict[str, str], list[str]]
    """
    tasks, strays = {}, []
    for path in sorted(Path(get_module_path(addon)).rglob("*.py")):
        if "tests" in path.parts or "demo" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", "")
            if name == "_oms_ask_role" and len(node.args) >= 2:
                role, task = (getattr(arg, "value", None) for arg in node.args[:2])
                tasks[task] = role
            elif name == "activity_schedule" and path.name not in ONLY_HERE:
                strays.append(f"{path.name}:{node.lineno}")
    return tasks, strays
