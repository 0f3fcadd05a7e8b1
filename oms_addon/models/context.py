"""What our own code passes on through the host's methods, in the context.

It travels in the context as an object. A caller over RPC can send any key, but no
object: a key of ours that holds something else counts as not set.
"""


class ContextObject:
    """An object of ours under a key of the context that is ours, too."""

    __slots__ = ()

    #: the context key
    key = None

    @classmethod
    def of(cls, env):
        """Return the object that the context carries, or None.

        :param odoo.api.Environment env: whose context
        """
        found = env.context.get(cls.key)
        return found if isinstance(found, cls) else None


class IntakeMark(ContextObject):
    """Marks what our own intake writes of what a channel says."""

    __slots__ = ()
    key = "oms_intake"


class Arrival(ContextObject):
    """Marks that a door of ours lets a message in and notes where it came from.

    :param int user_id: who brought it in; for a mail, who delivered it.
    :param bool trusted: for a mail: the mail server did.
    """

    __slots__ = ("trusted", "user_id")
    key = "oms_arrival"

    def __init__(self, user_id=False, trusted=False):
        self.user_id = user_id
        self.trusted = trusted


class CreateBatch(ContextObject):
    """What creating a batch of orders asks the database once, in the context.

    Found by our overrides under the context key ``oms_create``.
    """

    key = "oms_create"
    __slots__ = ("analytic_models", "has_analytic_models", "warehouses")

    def __init__(self):
        #: analytic distribution models by what they are chosen by
        self.analytic_models = {}
        self.has_analytic_models = None
        #: default warehouse by user and company
        self.warehouses = {}
