from . import away
from . import controllers
from . import demo
from . import models
from . import report
from . import wizards
from .log_mask import post_load


def uninstall_hook(env):
    """Leave behind what books refer to: it can't be deleted, and needn't be.

    Payments name the method that recorded them and order lines name the products of
    shipping, fees and discounts; without their external ids Odoo does not try to
    delete them.
    """
    env["ir.model.data"].search(
        [
            ("module", "=", "oms_addon"),
            ("model", "in", ["payment.method", "product.product", "product.template"]),
        ]
    ).unlink()
