"""Entry points for people; the work is in scripts/support."""
