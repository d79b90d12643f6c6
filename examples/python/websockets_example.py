"""Follow a book and trade, with nothing but `pip install websockets`.

    python websockets_example.py 127.0.0.1:8080 KEY [SYMBOL]

Logs in, keeps a book and checks it after every message, enters an order far from the market, sees it in the book, cancels it.
"""

import asyncio
import json
import sys
import uuid
import zlib
from decimal import Decimal

import websockets

DEPTH = 10


class Book:
    """The best levels of one instrument, from a snapshot and the changes after it."""

    def __init__(self):
        self.sides = {"bids": {}, "asks": {}}
        self.seq = None

    def take(self, message):
        """Takes one message; False when one is missing or the checksum does not hold: then subscribe again."""
        if message["type"] == "snapshot":
            self.__init__()
        elif self.seq is None or message.get("prev_seq", self.seq) > self.seq:
            return False
        self.seq = message["seq"]
        for row in message["data"]:
            for side, levels in self.sides.items():
                for level in row[side]:
                    if level["qty"]:
                        levels[level["price"]] = level["qty"]
                    else:
                        levels.pop(level["price"], None)
                for price in [price for price, _ in self.best(side)][DEPTH:]:
                    del levels[price]
            if row["checksum"] != self.checksum():
                return False
        return True

    def best(self, side):
        """(price, quantity), best first."""
        return sorted(self.sides[side].items(), reverse=side == "bids")

    def checksum(self):
        levels = self.best("asks")[:10] + self.best("bids")[:10]
        digits = (f"{price:f}".replace(".", "").lstrip("0") + str(qty) for price, qty in levels)
        return zlib.crc32("".join(digits).encode())


class Venue:
    """One connection: requests by their number, and a book on the side."""

    def __init__(self, socket, book):
        self.socket, self.book = socket, book
        self.asked, self.changed, self.whole = {}, asyncio.Event(), True

    async def ask(self, method, **params):
        """Asks and waits; raises when the venue refuses."""
        number = len(self.asked) + 1
        answer = self.asked[number] = asyncio.get_running_loop().create_future()
        await self.socket.send(json.dumps({"method": method, "params": params, "req_id": number}))
        reply = await asyncio.wait_for(answer, 10)
        if not reply["success"]:
            raise RuntimeError(f"{method}: {reply['error']}: {reply['error_detail']['message']}")
        return reply["result"]

    async def read(self):
        async for text in self.socket:
            # Decimals keep the digits that a checksum is made of.
            message = json.loads(text, parse_float=Decimal)
            if message.get("req_id") in self.asked:
                self.asked[message["req_id"]].set_result(message)
            elif message.get("channel") == "book":
                self.whole = self.book.take(message)
                self.changed.set()

    async def until(self, good):
        """Waits until the book is as wanted."""
        while not (self.whole and good(self.book)):
            if not self.whole:
                raise RuntimeError("the book is not the venue's: subscribe again")
            self.changed.clear()
            await asyncio.wait_for(self.changed.wait(), 10)


async def main(address, key, symbol="AWS-ACT-1K-202706/USD"):
    async with websockets.connect(f"ws://{address}/ws") as socket:
        venue = Venue(socket, Book())
        reading = asyncio.create_task(venue.read())
        login = await venue.ask("login", api_key=key)
        print(f"logged in for {login['account']}")
        await venue.ask("subscribe", channel="book", symbol=symbol, depth=DEPTH)
        await venue.until(lambda book: book.seq is not None)
        print("bids", venue.book.best("bids")[:3], "asks", venue.book.best("asks")[:3])

        # Numbers may be sent as text, and then no float ever touches them.
        order = {"symbol": symbol, "side": "buy", "order_type": "limit", "order_qty": 1000, "limit_price": "0.012"}
        placed = await venue.ask("add_order", cl_ord_id=f"example-{uuid.uuid4().hex}"[:36], post_only=True, **order)
        print(f"{placed['order_id']} is {placed['status']}")
        shown = Decimal("0.012")
        if len(venue.book.best("bids")) < DEPTH:
            await venue.until(lambda book: shown in book.sides["bids"])
            print("and stands in the book")
        await venue.ask("cancel_order", order_id=placed["order_id"])
        await venue.until(lambda book: shown not in book.sides["bids"])
        print("cancelled")
        reading.cancel()


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    asyncio.run(main(*sys.argv[1:]))
