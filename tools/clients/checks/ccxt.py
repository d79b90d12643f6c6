"""ccxt's kraken class, unmodified, against a running venue: markets, books, orders, balances, over REST and websocket.

Run by cargo clients; see tools/clients/src/main.rs for its arguments and environment.
"""

import asyncio
import os
import sys

import ccxt.pro as ccxtpro
from ccxt.base.errors import AuthenticationError, BadRequest, BadSymbol, InsufficientFunds, InvalidOrder


def client(address, key=None, secret=None):
    exchange = ccxtpro.kraken({"apiKey": key, "secret": secret, "enableRateLimit": False})
    exchange.urls["api"].update({"public": f"http://{address}", "private": f"http://{address}"})
    for name in exchange.urls["api"]["ws"]:
        exchange.urls["api"]["ws"][name] = f"ws://{address}/v2"
    return exchange


async def soon(awaitable):
    return await asyncio.wait_for(awaitable, 15)


async def until(watch, good, what):
    for _ in range(200):
        value = await soon(watch())
        if good(value):
            return value
    raise AssertionError(f"never seen: {what}")


async def fails(awaitable, kind):
    try:
        await awaitable
    except kind:
        return
    raise AssertionError(f"no {kind.__name__}")


async def public(exchange, symbol):
    markets = await exchange.load_markets()
    market = markets[symbol]
    assert market["active"] and market["limits"]["amount"]["min"] > 0, market
    assert (await exchange.fetch_status())["status"] == "ok"
    assert abs(await exchange.fetch_time() - exchange.milliseconds()) < 60_000
    assert "USD" in await exchange.fetch_currencies()
    await fails(exchange.publicGetDepth({"pair": "NO-SUCH-1K-202706"}), BadSymbol)
    return market


async def trading(exchange, symbol, lot):
    before = await exchange.fetch_balance()
    assert before["USD"]["total"] > 0, before

    # A resting order is in the books of both interfaces, and its money is set aside.
    order = await exchange.create_order(symbol, "limit", "buy", 2 * lot, 0.101, {"clientOrderId": "ccxt-1"})
    assert order["id"].startswith("O-"), order
    book = await exchange.fetch_order_book(symbol)
    assert [0.101, 2 * lot] in [level[:2] for level in book["bids"]], book
    await until(
        lambda: exchange.watch_order_book(symbol),
        lambda book: [0.101, 2 * lot] in [level[:2] for level in book["bids"]],
        "the order in the watched book",
    )
    held = await exchange.fetch_balance()
    assert held["USD"]["used"] > before["USD"]["used"], held
    opened = await exchange.fetch_open_orders(symbol)
    mine = [known for known in opened if known["id"] == order["id"]]
    assert len(mine) == 1 and mine[0]["clientOrderId"] == "ccxt-1" and mine[0]["price"] == 0.101, opened
    known = await exchange.fetch_order(order["id"], symbol)
    assert known["status"] == "open" and known["amount"] == 2 * lot, known

    # Sent again it is the same order.
    again = await exchange.create_order(symbol, "limit", "buy", 2 * lot, 0.101, {"clientOrderId": "ccxt-1"})
    assert again["id"] == order["id"], again

    await exchange.edit_order(order["id"], symbol, "limit", "buy", lot, 0.102)
    book = await exchange.fetch_order_book(symbol)
    assert [0.102, lot] in [level[:2] for level in book["bids"]], book

    # A trade, and what is known of it afterwards.
    sold = await exchange.create_order(symbol, "limit", "sell", lot, 0.95, {"timeInForce": "GTC"})
    await exchange.cancel_order(sold["id"], symbol)
    await fails(exchange.cancel_order(sold["id"], symbol), InvalidOrder)
    await exchange.cancel_order(order["id"], symbol)
    assert (await exchange.fetch_open_orders(symbol)) == []
    closed = await exchange.fetch_order(order["id"], symbol)
    assert closed["status"] == "canceled", closed
    after = await exchange.fetch_balance()
    assert after["USD"]["free"] == before["USD"]["free"], (before["USD"], after["USD"])

    # A timer without a time is no way to disarm it.
    await fails(exchange.privatePostCancelAllOrdersAfter({}), BadRequest)
    await fails(exchange.create_order(symbol, "limit", "buy", 10**11, 0.99), InsufficientFunds)
    await exchange.create_order(symbol, "limit", "buy", lot, 0.101)
    await exchange.cancel_all_orders(symbol)
    assert (await exchange.fetch_open_orders(symbol)) == []


async def meeting(exchange, other, symbol, lot):
    """Two accounts trade; both sides see it everywhere."""
    # ccxt takes a message of trades to have one, and gives up its connection at the empty snapshot of a book that never traded.
    await exchange.create_order(symbol, "limit", "sell", lot, 0.6)
    await other.create_order(symbol, "market", "buy", lot)
    resting = await exchange.create_order(symbol, "limit", "sell", lot, 0.6, {"clientOrderId": "ccxt-maker"})
    watched = asyncio.ensure_future(exchange.watch_my_trades(symbol))
    tape = asyncio.ensure_future(exchange.watch_trades(symbol))
    await asyncio.sleep(1)
    await other.create_order(symbol, "market", "buy", lot)
    trades = await soon(watched)
    assert trades[-1]["order"] == resting["id"] and trades[-1]["price"] == 0.6, trades
    await soon(tape)
    public_trades = exchange.trades[symbol]
    assert public_trades[-1]["price"] == 0.6 and public_trades[-1]["amount"] == lot, public_trades
    fetched = await exchange.fetch_trades(symbol)
    assert fetched[-1]["price"] == 0.6, fetched
    mine = await exchange.fetch_my_trades(symbol)
    assert any(trade["order"] == resting["id"] and trade["amount"] == lot for trade in mine), mine
    taken = await other.fetch_my_trades(symbol)
    assert {trade["type"] for trade in taken} == {"market"}, taken
    closed = await exchange.fetch_closed_orders(symbol)
    assert any(order["id"] == resting["id"] and order["status"] == "closed" for order in closed), closed
    ticker = await exchange.fetch_ticker(symbol)
    assert ticker["last"] == 0.6, ticker
    candles = await exchange.fetch_ohlcv(symbol, "1m")
    assert candles[-1][4] == 0.6 and candles[-1][5] >= lot, candles


async def streaming(exchange, symbol, lot):
    """Orders placed and cancelled over the websocket with a token."""
    watched = asyncio.ensure_future(exchange.watch_orders(symbol))
    await asyncio.sleep(1)
    order = await soon(exchange.create_order_ws(symbol, "limit", "buy", lot, 0.111))
    orders = await soon(watched)
    assert any(known["id"] == order["id"] for known in orders), orders
    await soon(exchange.edit_order_ws(order["id"], symbol, "limit", "buy", 2 * lot, 0.112))
    await soon(exchange.cancel_order_ws(order["id"]))
    # It may be there before anybody waits for it, so what ccxt has kept is looked at.
    for _ in range(150):
        if any(known["id"] == order["id"] and known["status"] == "canceled" for known in exchange.orders):
            break
        await asyncio.sleep(0.1)
    else:
        raise AssertionError(f"the cancel of a watched order is never seen: {exchange.orders}")
    balance = await soon(exchange.watch_balance())
    assert balance["USD"]["total"] > 0, balance


async def main(address, symbol):
    def signing(prefix):
        return os.environ[f"{prefix}SIGNING_KEY"], os.environ[f"{prefix}SIGNING_SECRET"]

    one, two = client(address, *signing("")), client(address, *signing("OTHER_"))
    nobody = client(address, signing("")[0], "AAAA")
    try:
        market = await public(one, symbol)
        await two.load_markets()
        await nobody.load_markets()
        lot = market["limits"]["amount"]["min"]
        await fails(nobody.fetch_balance(), AuthenticationError)
        await trading(one, symbol, lot)
        await meeting(one, two, symbol, lot)
        await streaming(one, symbol, lot)
    finally:
        for exchange in (one, two, nobody):
            await exchange.close()
    print("ccxt: markets, books, orders, trades, balances: as documented")


asyncio.run(main(sys.argv[1], "AWS-ACT-1K-202706/USD"))
