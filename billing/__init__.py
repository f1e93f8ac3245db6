"""A point-of-sale fiscal billing engine: bill text in, fiscal paper out, the day closed.

The floors, from the top: ``cli`` and the other faces, ``jobs``, ``services``, ``store``, ``models``,
``pricing``, ``parser``, and beside them ``devices`` and ``emulators``. Imports go down only.
"""
