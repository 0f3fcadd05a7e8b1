from . import oms_outbox_message
from . import oms_channel
from . import stock_picking
