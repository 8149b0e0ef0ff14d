"""From code to a living address: names resolved, bytes committed, and those told who walk stacks or want names."""
