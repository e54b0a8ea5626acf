"""Pools on the network, played by a server on loopback."""
