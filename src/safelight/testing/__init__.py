"""Synthetic and benign media, fakes and factories: shipped, so that operators can test too."""
