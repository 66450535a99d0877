"""Signal quality: is it a measurement at all? What devices said, held against the chair's recent past.

It takes belief away and never gives any: valid becomes questionable, questionable may become invalid.
"""
