"""What must hold of a host before it may join a pool, and what the join brings with it: family JN."""
