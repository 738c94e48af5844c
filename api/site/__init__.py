"""What all pages share: languages, templates, static files and the words of both languages."""
