"""An infusion session: phases, baseline, events. Pure, given `now`."""
