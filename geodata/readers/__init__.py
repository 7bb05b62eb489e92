"""One reader per family of files; each returns a tidy frame of geodata.frames."""
