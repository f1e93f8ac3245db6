"""Emulated fiscal devices: the other side of the wire, written from the protocol documents.

One fault model, one memory, one server; a module or a few for each family. Nothing of ``billing.devices`` is
imported here, so that two copies of one mistake never meet.
"""
