"""Set-up of the product on a machine. Standard library only: it runs before anything is installed."""
