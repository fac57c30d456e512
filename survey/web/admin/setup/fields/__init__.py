"""The fields of the set-up pages: parts of a document as forms, and back."""
