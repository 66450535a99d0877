"""Who is told outside the screen, and proof of delivery: the room stands, nobody lives here yet."""
