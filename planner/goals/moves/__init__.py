"""What all goals share that move VMs within their pool: targets, an order, rounds, and how things are then."""
