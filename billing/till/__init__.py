"""The cashier's face on a terminal: a line in, how it was understood, what is due. No rule lives here."""
