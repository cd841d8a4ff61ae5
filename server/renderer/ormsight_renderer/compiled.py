"""Compiled modules of the libraries: Python loads none from a zip, so they lie beside it, as `package.module.so`."""

import os
import sys
from importlib.util import spec_from_file_location


def install():
    """Lets the modules be imported that lie beside the zips on `sys.path`."""
    found = {}
    for folder in {os.path.dirname(path) for path in sys.path if path.endswith(".zip")}:
        for file in os.listdir(folder):
            if file.endswith(".so"):
                found[file.removesuffix(".so")] = f"{folder}/{file}"
    if found:
        sys.meta_path.append(_Finder(found))


class _Finder:
    def __init__(self, files):
        self.files = files

    def find_spec(self, name, path=None, target=None):
        file = self.files.get(name)
        return file and spec_from_file_location(name, file)
