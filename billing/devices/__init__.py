"""devices: documents in, bytes out.

Here live the frame codecs (``frames/``), the exchange (``link``), the drivers (``drivers/``, found through
``registry``) and what they share. Nothing here knows a bill, a database or an emulator. The floors above come
in through ``registry.printer_at`` and ``jobs.printing``; how to add a driver stands in docs/drivers.md.
"""
