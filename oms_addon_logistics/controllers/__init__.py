from . import driver
from . import tracking
