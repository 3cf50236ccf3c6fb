"""WHAT HAPPENED AND WHAT IS DONE ABOUT IT: the domain. Nouns in models/, verbs in flow/, doors in web/, api/, admin/, tasks."""
