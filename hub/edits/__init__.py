"""Changes of the hall's file while the hub works; docs/changes.md says how, decision 0019 why in this way."""
