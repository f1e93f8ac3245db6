"""The ``billing`` command, a module for each command: read, call one service or job, show. No rule here."""
