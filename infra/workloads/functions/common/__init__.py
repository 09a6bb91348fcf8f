"""What the functions share. It is packaged into each archive: no layer to version apart from its users."""
