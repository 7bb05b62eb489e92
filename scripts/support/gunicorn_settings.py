"""How gunicorn serves the site."""

import os

worker_class = "gthread"
preload_app = True  # one import for all: half the start, and a lost worker is replaced at once
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8
timeout = 30
graceful_timeout = 10
keepalive = 5
max_requests = 10_000
max_requests_jitter = 1_000
loglevel = "warning"
# No access log: addresses of visitors are personal data that nobody here needs.
accesslog = None
errorlog = "-"
control_socket_disable = True
