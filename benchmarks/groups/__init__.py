"""One module for each group of measurements: ``run(settings)`` gives its numbers by their keys."""
