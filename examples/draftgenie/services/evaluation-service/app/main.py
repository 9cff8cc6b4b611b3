"""The evaluation service of the example."""
from draftgenie_common.server import serve

serve({"/health": lambda: {"status": "ok", "service": "evaluation-service"}}, 3004)
