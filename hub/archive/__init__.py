"""The archive (M26): one record per ticket, exports that prove themselves, and removal of what was archived."""
