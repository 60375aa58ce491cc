"""Messages before a prompt's text: sent to a server as they are."""

from gpu_worker.openai_engine import OpenAIEngine
from moe_core.engine import Endpoint, Prompt
from tests.gpu_worker.engines import write_all
from tests.gpu_worker.http_server import SmallServer, serving


def test_messages_before_the_text_are_sent_as_such() -> None:
    engine = OpenAIEngine()
    with serving(SmallServer()) as server:
        try:
            engine.load(Endpoint(address=server.address, source="small"))
            write_all(engine, [Prompt(5, "3 * 4?", 0.7, 20, 11, before=(("system", "A number."),))])
        finally:
            engine.unload()
    assert server.asked[0]["messages"] == [
        {"role": "system", "content": "A number."},
        {"role": "user", "content": "3 * 4?"},
    ]
