"""Takes away what leads out of the WebAssembly machine. Called once, when everything that is needed was imported."""

import sys


def seal():
    """Makes the host unreachable; does nothing outside of WebAssembly."""
    if sys.platform != "emscripten":
        return
