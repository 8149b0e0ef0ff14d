"""What can be called: foreign functions, closures, C handlers, and what their generated code asks Python for."""
