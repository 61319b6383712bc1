import { Event, Lock, createTask, run, sleep, type Coroutine } from 'tickscope/asyncio';

class Bakery {
  private readonly oven = new Lock();

  *bake(bread: string, minutes: number): Coroutine<string> {
    const label = `${bread} bread`;
    yield* this.oven.acquire();
    try {
      yield* this.rise(minutes);
      return label;
    } finally {
      this.oven.release();
    }
  }

  private *rise(minutes: number): Coroutine<void> {
    const seconds = minutes / 1000;
    yield* sleep(seconds);
  }
}

function* main(): Coroutine<void> {
  const bakery = new Bakery();
  const opened = new Event();
  const rye = createTask(bakery.bake('rye', 20), { name: 'rye' });
  const wheat = createTask(bakery.bake('wheat', 10), { name: 'wheat' });
  const guest = createTask(waitFor(opened), { name: 'guest' });
  console.log(yield* rye, yield* wheat);
  opened.set();
  console.log(yield* guest);
}

function* waitFor(event: Event): Coroutine<string> {
  yield* event.wait();
  return 'served';
}

await run(main());
