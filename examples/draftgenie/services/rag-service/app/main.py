"""The rag service of the example."""
from draftgenie_common.server import serve

serve({"/health": lambda: {"status": "ok", "service": "rag-service"}}, 3003)
