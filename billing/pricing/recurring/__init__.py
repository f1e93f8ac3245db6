"""The pure rules of recurring plans: schedules, shares, states, changes, retries (semantics 3 to 10).

Nothing here knows a database, a device or a clock: the present time is always an argument. Values are frozen
(a ``Subscription`` is written only by the ``Course`` that copied it); instants are UTC to the second; wall
clocks are naive and read with the subscription's zone; money is whole minor units. Modules, from the bottom:
``mistakes``, ``terms``, ``schedule``, ``shares``, ``periods``, ``asked`` (the operations as values),
``subscription``, ``prices``, ``states``, ``course`` (a life played forward),
``changes`` (what operations do), ``collection`` and ``retries``.
"""
