"""The steps of the schema by number; each is a module with ``upgrade``, and none is edited once published."""
