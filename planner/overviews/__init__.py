"""What can be seen of a pool at a glance, computed and not yet told."""
