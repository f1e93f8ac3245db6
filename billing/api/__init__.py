"""api: the HTTP door: reads a request, calls one service, shows what came of it.

What must not live here: a rule of the bill, a transaction of its own making, a word to a device (the worker
of ``jobs`` speaks to them). ``netfp`` is the second door, for clients of the market's print servers.
"""

from billing.api.app import create_app as create_app
from billing.api.settings import ApiSettings as ApiSettings
