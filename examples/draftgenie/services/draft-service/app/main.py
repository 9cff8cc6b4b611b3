"""The draft service of the example."""
from draftgenie_common.server import serve

serve({"/health": lambda: {"status": "ok", "service": "draft-service"}}, 3002)
