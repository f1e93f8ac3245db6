"""One function for each thing that can be asked for; one call is one transaction. Knows no device."""
