"""Where cuff, oximeter and infusion sit: a cuff that inflates cuts off what is further down the same arm."""

from __future__ import annotations

from typing import NamedTuple


class Limbs(NamedTuple):
    """None where it is not known."""

    cuff: str | None = None
    """One of `terms.LIMBS`."""
    oximeter: str | None = None
    """One of `terms.LIMBS`."""
    iv_arm: str | None = None
    """One of `terms.IV_ARMS`."""

    @property
    def shared(self) -> bool:
        """Whether the cuff may cut off the oximeter: on one limb, or nobody knows."""
        return None in (self.cuff, self.oximeter) or self.cuff == self.oximeter

    @property
    def cuff_on_iv(self) -> bool:
        """Whether the cuff stops the infusion whenever it inflates."""
        return self.iv_arm is not None and self.cuff == f"{self.iv_arm} arm"
