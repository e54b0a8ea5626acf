"""Pools where they really are: all that uses the network, and only when an address is named."""
