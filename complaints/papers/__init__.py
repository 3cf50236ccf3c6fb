"""Papers on a case that leave the site: what they say, whoever asks for them."""
