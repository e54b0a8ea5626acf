"""What follows from an inventory: each hard requirement stated once, a "no" with its reasons."""
