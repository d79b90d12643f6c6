"""python-kraken-sdk's order book client, which computes every checksum again, over ten thousand updates of three books."""

import asyncio
import json
import random
import sys

import websockets
from kraken.spot import Market, SpotOrderBookClient

ADDRESS, KEY, OTHER = sys.argv[1:4]
PAIRS = ["AWS-ACT-1K-202706/USD", "AWS-ACT-1K-202612/USD", "OAI-API-100-202706/USD"]
LOTS = {PAIRS[0]: 1000, PAIRS[1]: 1000, PAIRS[2]: 100}
UPDATES = 10_000


class Books(SpotOrderBookClient):
    """Its constructor takes no addresses, so they are set where its base classes look for them."""

    WS_URL = f"ws://{ADDRESS}"
    AUTH_WS_URL = f"ws://{ADDRESS}"

    def __init__(self):
        super().__init__(depth=10)
        self._SpotOrderBookClient__market = Market(url=f"http://{ADDRESS}")
        self.updates = 0
        self.snapshots = 0
        self.problems = []

    async def on_book_update(self, pair, message):
        if "error" in message:
            self.problems.append(message["error"])
        elif message["type"] == "update":
            self.updates += 1
        else:
            self.snapshots += 1
        if not self.get(pair=pair)["valid"]:
            self.problems.append(f"{pair} is not valid after {message}")


async def trader(key, seed, done):
    """Enters, fills and cancels orders around the middle until enough has changed."""
    chance = random.Random(seed)
    async with websockets.connect(f"ws://{ADDRESS}/ws") as socket:
        await socket.send(json.dumps({"method": "login", "params": {"api_key": key}}))
        open_orders = []
        unanswered = 0
        while not done.is_set():
            if open_orders and chance.random() < 0.45:
                order = open_orders.pop(chance.randrange(len(open_orders)))
                request = {"method": "cancel_order", "params": {"order_id": order}}
            else:
                pair, side = chance.choice(PAIRS), chance.choice(["buy", "sell"])
                middle = 500 + (-1 if side == "buy" else 1) * chance.randrange(-3, 25)
                params = {
                    "symbol": pair,
                    "side": side,
                    "order_type": "limit",
                    "order_qty": LOTS[pair] * chance.randrange(1, 9),
                    "limit_price": f"0.{middle:03}",
                }
                request = {"method": "add_order", "params": params}
            await socket.send(json.dumps(request))
            unanswered += 1
            while unanswered > 8:
                answer = json.loads(await socket.recv())
                if answer.get("method") in ("add_order", "cancel_order"):
                    unanswered -= 1
                    if answer.get("success") and answer["result"].get("leaves_qty"):
                        open_orders.append(answer["result"]["order_id"])


async def main():
    books, done = Books(), asyncio.Event()
    await books.start()
    await books.add_book(pairs=PAIRS)
    traders = [asyncio.create_task(trader(key, seed, done)) for seed, key in enumerate((KEY, OTHER))]
    for _ in range(1200):
        await asyncio.sleep(0.1)
        failed = [task.exception() for task in traders if task.done() and task.exception()]
        if books.updates >= UPDATES or books.problems or failed:
            break
    done.set()
    await asyncio.gather(*traders, return_exceptions=True)
    await books.close()
    assert not failed, failed
    assert not books.problems, books.problems[:3]
    assert books.updates >= UPDATES, f"only {books.updates} updates came"
    # It passes over the snapshot of an empty book; more would mean that it had to begin again.
    assert books.snapshots <= len(PAIRS), f"{books.snapshots} snapshots"
    print(f"kraken_sdk: {books.updates} updates of {len(PAIRS)} books, every checksum accepted")


asyncio.run(main())
