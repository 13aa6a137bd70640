import logging.config
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
LOGGING = {
    "version": 1,
    "handlers": {"file": {"class": "logging.FileHandler", "filename": BASE_DIR / "shop.log"}},
    "root": {"handlers": ["file"]},
}
logging.config.dictConfig(LOGGING)
