"""Those who want names for generated code: a debugger, a profiler. They watch `link.code_map` once they are asked for."""
