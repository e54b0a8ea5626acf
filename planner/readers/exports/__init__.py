"""What the toolstack itself writes: its database in XML, and records in JSON or as stored answers."""
