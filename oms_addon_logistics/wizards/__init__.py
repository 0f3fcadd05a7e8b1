from . import oms_trip_stop_fail
