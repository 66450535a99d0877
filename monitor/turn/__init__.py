"""The turn: drain, advance, commit, publish."""

from monitor.turn.loop import Surroundings, TurnLoop
from monitor.turn.maker import TurnMaker
from monitor.turn.moments import Moments

__all__ = ["Moments", "Surroundings", "TurnLoop", "TurnMaker"]
