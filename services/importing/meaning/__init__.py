"""What files, columns and stage words of exports mean."""
