from . import test_batch_confirm
from . import test_holds
from . import test_intake
from . import test_payment
from . import test_batch_create
from . import test_sourcing
