"""One module for each dialect of fiscal device, mostly data. No module here opens a port or waits."""
