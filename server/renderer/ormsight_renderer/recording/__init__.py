"""What a library sends, written down."""
