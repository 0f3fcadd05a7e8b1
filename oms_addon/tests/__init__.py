from . import test_batch_confirm
