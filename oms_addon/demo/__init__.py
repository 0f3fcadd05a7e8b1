from . import oms_demo
