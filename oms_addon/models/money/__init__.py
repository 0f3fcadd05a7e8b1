from . import account_move
from . import oms_channel
from . import payment_provider
from . import payment_transaction
from . import sale_order_payment
from . import sale_order
from . import sale_order_line
