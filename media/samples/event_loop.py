"""The loop itself, without `asyncio.run`: a coroutine, a callback, and a callback in five seconds.

Step by tick and watch each move. The coroutine becomes a task, whose first step stands in ready;
its sleep stands in timers, and comes back to ready. `call_soon` puts a callback into ready at once,
`call_later` puts one into timers, from where the tick that finds it due moves it to ready. While you
look, the loop's clock stands: five seconds are five seconds of running.
"""

import asyncio


async def my_coroutine() -> str:
    await asyncio.sleep(0.5)
    return "my result"


def my_callback(when: str) -> None:
    print(f"called {when}")


# Get an event loop: since Python 3.14 get_event_loop() makes none by itself
loop = asyncio.new_event_loop()

# Run a coroutine in the event loop
result = loop.run_until_complete(my_coroutine())
print(result)

# Schedule a callback
loop.call_soon(my_callback, "soon")

# Schedule a delayed callback: after 5 seconds, and a second later the end
loop.call_later(5, my_callback, "later")
loop.call_later(6, loop.stop)

# Both are called when the loop runs again
loop.run_forever()
loop.close()
