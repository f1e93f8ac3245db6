"""Recurring plans at work: the pass, the operations, the collection, and a life played on a scratch store.

Everything here is given the time and a ``Store``; the rules themselves are in ``billing.pricing.recurring``.
Modules: ``store`` (what a store must do), ``scratch`` (one in memory), ``pass_``, ``operations``,
``collecting``, ``preview``, ``script`` (the simulation's words) and ``simulate``.
"""
