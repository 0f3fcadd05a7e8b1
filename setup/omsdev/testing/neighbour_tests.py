"""``setup/test neighbours``: our tests in a database that has other addons too."""

import hashlib

from ..host import databases
from ..paths import locked, suite_addons
from ..progress import step
from .run import run_addons

# Addons of the host that change what ours build on: other ways to sell, make, buy and
# ship goods, and charts of accounts. Odoo adds what belongs between them.
NEIGHBOURS = (
    "website_sale",
    "mrp",
    "sale_mrp",
    "purchase_stock",
    "point_of_sale",
    "sale_loyalty",
    "sale_timesheet",
    "stock_dropshipping",
    "product_expiry",
    "l10n_cn",
    "l10n_de",
)


def run_neighbours(odoo, arguments=()):
    """Run the tests of all our addons beside the neighbours.

    :param list arguments: test tags instead of all.
    :rtype: Result
    """
    return run_addons(odoo, _suite_template(odoo), arguments)


def _suite_template(odoo):
    """Name of a database with neighbours and suite, made when the code changed.

    :rtype: str
    """
    neighbours = _template(odoo)
    name = f"oms_near_{neighbours[-8:]}_{databases.fingerprint(demo=False)}"
    with locked("neighbours"):
        if not databases.whole(name):
            databases.drop_like(f"oms_near_{neighbours[-8:]}_%")
            with step("Template database with neighbours and the suite"):
                building = name + "_new"
                databases.copy(neighbours, building)
                databases.install(odoo, building, suite_addons())
                databases.rename(building, name)
    return name


def _template(odoo):
    """Name of a database with the neighbours alone: it changes only with the host.

    :rtype: str
    """
    host = databases.host_template(odoo)
    wanted = ",".join((host, *NEIGHBOURS))
    name = f"oms_host_near_{hashlib.sha256(wanted.encode()).hexdigest()[:8]}"
    with locked("neighbours_host"):
        if not databases.whole(name):
            with step("Template database with neighbours of the suite"):
                building = name + "_new"
                databases.copy(host, building)
                databases.install(odoo, building, NEIGHBOURS, auto=True)
                databases.rename(building, name)
    return name
