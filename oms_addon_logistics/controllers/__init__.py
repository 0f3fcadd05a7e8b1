from . import driver
from . import home
from . import tracking
