from . import test_driver_page
