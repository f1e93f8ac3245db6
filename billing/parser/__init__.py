"""Text in, typed lines out. Knows the language (``grammars/bill.lark``), no catalogue, money or store."""
