"""Settings, from the environment or with the values of a development machine."""

import os

DATABASE_URL = os.environ.get("DATABASE_URL", "sqlite:///shop.sqlite3")
