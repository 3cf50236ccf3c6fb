"""WHO YOU ARE: people, organisations, keys and endpoints. Imports nothing of ours."""
