from . import away
from . import away_workers
from . import controllers
from . import demo
from . import models
from . import report
from . import wizards
from .hooks import pre_init_hook, uninstall_hook
from .log_mask import post_load
