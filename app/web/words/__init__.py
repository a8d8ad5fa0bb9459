"""Things of the field in words, as several pages say them."""
