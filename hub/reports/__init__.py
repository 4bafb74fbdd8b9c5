"""The statistics of a hall: figures of its days, kept beside the journal, and reports made from them (M27, S14)."""
