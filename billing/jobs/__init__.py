"""What runs by itself and joins services with devices: the road to paper, the queue, closing the day."""
