"""The day of an older commit, played with the older code: see `upgrade_tests`.

Runs in a process of its own; the values are put before it.
"""

import sys
from pathlib import Path

values = globals()["VALUES"]
sys.path.insert(0, str(Path(values["tree"]) / "setup"))

from omsdev.day import orders  # noqa: E402
from omsdev.day.play import play  # noqa: E402

try:
    from omsdev.host import databases
    from omsdev.host.code import Host
    from omsdev.host.odoo import Odoo
    from omsdev.host.server import Server
except ImportError:  # a commit in which these were no package yet
    from omsdev import databases
    from omsdev.host import Host
    from omsdev.odoo import Odoo
    from omsdev.server import Server


def without_luck():
    """Let customers who send something back order nothing else.

    At first the day hung on whether one of their pieces fits into a van.
    """
    buyers = orders._buyers
    order = orders.Customers.order

    def of_others(self, kind, buyer=None, **fields):
        others = [b for b in buyers(kind) if b.email not in self.regulars]
        return order(self, kind, buyer or self.random.choice(others), **fields)

    orders.Customers.order = of_others


python_path, *addons = map(Path, values["host"])
odoo = Odoo(Path(values["python"]), Host(python_path, tuple(addons), values["version"]))
if hasattr(orders.Customers, "regular_orders"):
    without_luck()
# It takes minutes and stays the same: kept for the next time.
template = values["template"]
if not databases.whole(template):
    databases.copy(databases.host_template(odoo), template + "_new")
    databases._install_with_demo(odoo, template + "_new")
    rename = getattr(databases, "rename", None) or databases._rename
    rename(template + "_new", template)
databases.copy(template, values["database"])
with Server(odoo, values["database"], 8750, Path(values["log"])) as server:
    play(odoo, server.url, values["database"], orders=values["orders"], server=server)
