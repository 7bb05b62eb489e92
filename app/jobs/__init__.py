"""Background tasks, one file per kind: each calls one action, and is where its commits are."""
