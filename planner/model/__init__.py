"""The inventory: what there is, and what is wished of it."""
