"""Everything between a file of the world and a tidy frame. Pure: no Flask, no SQLAlchemy, nothing of ``app``."""
