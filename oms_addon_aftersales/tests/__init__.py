from . import test_return_policy
from . import test_return_refund
from . import test_return_exchange_repair
