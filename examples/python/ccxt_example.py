"""Markets, a book, an order and the balance through ccxt's kraken class, unmodified: `pip install ccxt`.

    python ccxt_example.py 127.0.0.1:8080 KEY SECRET [SYMBOL]

KEY and SECRET are of a key that signs as Kraken's do: `unspent keys create --hmac --scope read,trade`.
"""

import sys
import uuid

import ccxt


def venue(address, key, secret):
    exchange = ccxt.kraken({"apiKey": key, "secret": secret})
    exchange.urls["api"].update({"public": f"http://{address}", "private": f"http://{address}"})
    return exchange


def main(address, key, secret, symbol="AWS-ACT-1K-202706/USD"):
    exchange = venue(address, key, secret)
    markets = exchange.load_markets()
    lot = markets[symbol]["limits"]["amount"]["min"]
    print(f"{len(markets)} markets; one lot of {symbol} is {lot:,.0f} dollars of face")

    book = exchange.fetch_order_book(symbol)
    print("bids", book["bids"][:3], "asks", book["asks"][:3])

    # Sent again under its name, an order is the same order.
    name = f"example-{uuid.uuid4().hex}"[:36]
    order = exchange.create_order(symbol, "limit", "buy", lot, 0.012, {"clientOrderId": name})
    try:
        balance = exchange.fetch_balance()["USD"]
        print(f"{order['id']} is entered; {balance['used']} of {balance['total']} dollars are set aside")
        mine = [known["id"] for known in exchange.fetch_open_orders(symbol)]
        print("open orders", mine)
        assert order["id"] in mine
    finally:
        exchange.cancel_order(order["id"], symbol)
    print("cancelled")


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    main(*sys.argv[1:])
