"""WHAT HAPPENED AND WHAT IS DONE ABOUT IT: nouns in models/, verbs in flow/, doors in web/, api/, admin/, tasks."""
