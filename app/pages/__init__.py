"""One file a page: it reads, asks the domain and shows; each has a function ``show(visit)``."""
