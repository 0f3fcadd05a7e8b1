"""Channels that took everything on trust get limits, and somebody is asked.

What a message may decide depends on where it came from (`oms_addon/authority.py`).
Nothing is granted in silence: each channel that took more so far than it may now gets
a task for a manager, with what it took and one click to grant it.
"""

from odoo import SUPERUSER_ID, api

NEW_CHECKS = (
    "proposal",
    "credit_unknown",
    "payment_told",
    "price_far",
    "unclear",
    "told_differs",
    "test_order",
)

# Messages from before: the door can be told from what was kept of them.
SOURCES = """
    UPDATE oms_inbox_message message
       SET source = CASE
               WHEN message.kind = 'email' THEN 'mail'
               WHEN channel.kind IN ('shopify', 'woocommerce', 'taobao') THEN 'webhook'
               WHEN message.headers ? 'x-oms-signature' THEN 'webhook'
               WHEN channel.kind = 'api' THEN 'api'
               ELSE 'upload'
           END,
           source_user_id = CASE
               WHEN message.kind = 'email'
                 OR channel.kind IN ('shopify', 'woocommerce', 'taobao')
                 OR message.headers ? 'x-oms-signature' THEN NULL
               ELSE message.create_uid
           END
      FROM oms_channel channel
     WHERE channel.id = message.channel_id
       AND message.source IS NULL
       AND message.parent_id IS NULL
"""
PARTS = """
    UPDATE oms_inbox_message part
       SET source = root.source, source_user_id = root.source_user_id
      FROM oms_inbox_message root
     WHERE root.id = part.parent_id AND part.source IS NULL
"""

# Article numbers of EDI buyers: known of one buyer only, they become his.
SCOPES = r"""
    UPDATE oms_channel_listing listing
       SET scope = used.buyer
      FROM (SELECT o.oms_channel_id, line.oms_listing_ref,
                   MIN(SUBSTRING(o.oms_external_id FROM '^([^/]*)/')) AS buyer
              FROM sale_order_line line
              JOIN sale_order o ON o.id = line.order_id
              JOIN oms_channel channel ON channel.id = o.oms_channel_id
             WHERE channel.kind = 'ubl' AND line.oms_listing_ref IS NOT NULL
             GROUP BY o.oms_channel_id, line.oms_listing_ref
            HAVING COUNT(DISTINCT SUBSTRING(o.oms_external_id
                                            FROM '^([^/]*)/')) = 1) used
     WHERE listing.channel_id = used.oms_channel_id
       AND listing.external_id = used.oms_listing_ref
       AND listing.scope IS NULL
"""

# How many orders took what from a message: by channel.
TAKEN = """
    SELECT o.oms_channel_id,
           COUNT(*),
           COUNT(*) FILTER (WHERE o.oms_channel_total > 0),
           COUNT(*) FILTER (WHERE paid.order_id IS NOT NULL),
           COUNT(*) FILTER (WHERE o.partner_shipping_id <> o.partner_id),
           COUNT(*) FILTER (WHERE o.oms_on_account)
      FROM sale_order o
      LEFT JOIN (SELECT DISTINCT rel.sale_order_id AS order_id
                   FROM sale_order_transaction_rel rel
                   JOIN payment_transaction tx ON tx.id = rel.transaction_id
                  WHERE tx.state = 'done') paid ON paid.order_id = o.id
     WHERE o.oms_channel_id IS NOT NULL AND o.oms_external_id IS NOT NULL
     GROUP BY o.oms_channel_id
"""


def migrate(cr, version):
    """Bring old channels and messages under the rules of authority."""
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    cr.execute(SOURCES)
    for _depth in range(3):
        cr.execute(PARTS)
    cr.execute(SCOPES)
    env.invalidate_all()
    channels = env["oms.channel"].with_context(active_test=False).search([])
    checks = env["oms.check"].search([("code", "in", NEW_CHECKS)])
    for channel in channels:
        channel.check_ids |= checks
    ask_about_trust(env, channels)


def ask_about_trust(env, channels):
    """List for a manager what each channel took that it may not decide now."""
    env.cr.execute(TAKEN)
    taken = {row[0]: row[1:] for row in env.cr.fetchall()}
    for channel in channels.filtered("active"):
        orders, priced, paid, elsewhere, owed = taken.get(channel.id, (0,) * 5)
        counts = {
            "identity": orders,
            "price": priced,
            "payment": paid,
            "address": elsewhere,
            "credit": owed if channel.kind == "email" or not channel.on_account else 0,
        }
        rights = channel._decides()
        channel._ask_about_trust(
            {
                right: count
                for right, count in counts.items()
                if right not in rights and channel.kind != "manual"
            }
        )
