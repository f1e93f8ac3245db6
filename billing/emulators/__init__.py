"""Fiscal devices of paper, written from the wire documents. Shares no line of code with the drivers."""
