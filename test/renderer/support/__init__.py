"""What the tests of the renderer share: programs as texts, requests, and the native libraries to compare with."""
