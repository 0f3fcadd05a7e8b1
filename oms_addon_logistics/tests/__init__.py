from . import test_documents
from . import test_driver_page
from . import test_map_page
from . import test_route_plan
from . import test_tracking_page
from . import test_translations
from . import test_trip
from . import test_waybill
