"""What is known beforehand: the host as a target, the interpreter's layouts by version, its C API's signatures."""
