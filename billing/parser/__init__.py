"""Text in, typed lines out. Knows the language (``grammars/bill.lark``) and no catalogue, no money, no store."""
