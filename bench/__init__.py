"""`make bench`: how fast it is, as ratios measured in one run. Nothing here passes or fails by a clock."""
