"""Several hundred thousand timers, most of them cancelled: the others run in their order."""
from support import VirtualLoop, log

COUNT = 300000
loop = VirtualLoop()
order = []
handles = [loop.call_at(1 + i * 7919 % COUNT // 10, order.append, i) for i in range(COUNT)]
for i, handle in enumerate(handles):
    if i % 3:
        handle.cancel()
loop.call_at(COUNT, loop.stop)
loop.run_forever()
digest = 0
for i in order:
    digest = (digest * 31 + i) % 1000003
log(len(order), digest, order[:10], loop.time(), len(loop._scheduled))
loop.close()
