"""Used by all, uses none: text that can be compared, addresses, globs, the markup guard, cron expressions."""
