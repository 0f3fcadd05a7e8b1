"""What a bulk action did, row by row."""

SHOWN = 10  # rows named in a message; the list shows all


def report(env, done, left, action=None):
    """Return the message that an action on several records ends with.

    :param str done: what was done, in words
    :param list left: what was not done and why, a sentence for each record
    :param dict action: opened behind the message: the list of what was left
    :rtype: dict
    """
    lines = [done, *left[:SHOWN]]
    if len(left) > SHOWN:
        lines.append(env._("and %(count)s more", count=len(left) - SHOWN))
    return {
        "type": "ir.actions.client",
        "tag": "display_notification",
        "params": {
            "type": "warning" if left else "success",
            "sticky": bool(left),
            "message": "\n".join(lines),
            "next": action or {"type": "ir.actions.act_window_close"},
        },
    }
