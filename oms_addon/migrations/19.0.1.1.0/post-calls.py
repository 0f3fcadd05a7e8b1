"""Calls out are guarded from now on: what worked goes on, marked, with a task."""

import json

from odoo import SUPERUSER_ID, api

from odoo.addons.oms_addon.calls import addresses
from odoo.addons.oms_addon.calls.errors import CallError

# Names that no public server has.
OWN_NAMES = (
    ".local",
    ".localdomain",
    ".localhost",
    ".lan",
    ".internal",
    ".intranet",
    ".private",
    ".corp",
    ".home",
    ".home.arpa",
    ".test",
)
LOOK_UP_SECONDS = 3


def migrate(cr, version):
    """Allow the hosts that channels call without protection, bind their secrets."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    channels = env["oms.channel"].with_context(active_test=False).search([])
    for channel in channels:
        told = _move_address(cr, channel)
        kept = _allow(cr, channel) if channel.base_url else ""
        if told or kept:
            channel._tell_of_upgrade(*filter(None, (told, kept)))
    for channel in channels.sudo():
        cr.execute(
            "UPDATE oms_channel_secret SET bound_address = %s WHERE channel_id = %s",
            [channel._address(), channel.id],
        )
    env.invalidate_all()


def _move_address(cr, channel):
    """An address in the further settings won over the field: it is the field now.

    :return: what administrators have to know.
    :rtype: str
    """
    options = channel._options()
    address = options.pop("base_url", None)
    if address:
        cr.execute(
            "UPDATE oms_channel SET base_url = %s, options_text = %s WHERE id = %s",
            [str(address), json.dumps(options), channel.id],
        )
        channel.invalidate_recordset(["base_url", "options_text"])
    adapter = channel._adapter()
    unknown = options.keys() - set(adapter.option_fields if adapter else ())
    return "options" if unknown else "moved" if address else ""


def _allow(cr, channel):
    """Allow the host of a channel that is called over http or inside.

    :return: what administrators have to know.
    :rtype: str
    """
    try:
        target = addresses.read_target(channel.base_url)
    except CallError:
        return "blocked"
    kinds = _kinds(target)
    if addresses.NEVER in kinds:
        return "blocked"
    if target.scheme == "https" and addresses.INNER not in kinds:
        return ""
    cr.execute(
        "UPDATE oms_channel SET allowed_host = %s WHERE id = %s",
        [target.host, channel.id],
    )
    channel.invalidate_recordset(["allowed_host"])
    return "allowed"


def _kinds(target):
    """Of what kinds the addresses of a host are, as far as can be found out now.

    :rtype: set[str]
    """
    own = target.host.endswith(OWN_NAMES) or "." not in target.host.strip(":")
    try:
        any_address = addresses.Policy(allowed_host=target.host)
        found = addresses.find_addresses(target, any_address, LOOK_UP_SECONDS)
    except CallError as error:
        if error.code == "inner_address":
            return {addresses.NEVER}
        return {addresses.INNER} if own else set()
    return set(map(addresses.judge, found))
