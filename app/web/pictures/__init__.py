"""Things of the field as pictures: models with what is done in them, phases, curves."""
