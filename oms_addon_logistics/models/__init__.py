from . import stock_move
from . import stock_picking
from . import oms_role
from . import plan
from . import trip
from . import parcel
from . import oms_overview
from . import operations
