from . import test_driver_page
from . import test_map_page
from . import test_tracking_page
