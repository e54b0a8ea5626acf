"""How many hosts may fail, and who is restarted where: the pure algorithm, which knows nothing of pools and files."""
