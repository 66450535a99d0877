"""Who is told outside the screen, and proof of delivery.

The outbox decides within the turn what is told; the journal keeps it in the same transaction; only then
do the channels send, each in a thread of its own, and what became of it comes back with a later turn.
"""

from monitor.notify.outbox import Outbox, Outcome

__all__ = ["Outbox", "Outcome"]
