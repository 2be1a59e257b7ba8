"""Article files: YAML front matter, then HTML or Markdown."""
