/**
 * Events of a plain Node program: what the decoder makes of the words of its agent (nodeRecords.ts), as events.ts is for
 * the loops that have asyncio's shape. Node's ready is no single queue, so a callback is named by the resource that it
 * belongs to, not by its place.
 *
 * A *resource* is what Node's async_hooks call one: a Timeout, an Immediate, a TickObject, a socket's handle, a request.
 * `id` is Node's own number for it: positive, process-wide, never used again. Promises have numbers of their own, in the
 * same way. A *callback* is an outermost run of a resource's callback; what runs inside it (an HTTP parser's, an
 * AsyncResource's scope) is part of it. Times are seconds of the loop's clock, which stands while the program is stopped.
 */
export interface NodeEventSink {
  /**
   * The callback that follows is the first of this tick (libuv's own count of iterations + 1). Ticks in between ran no
   * callback, and cannot be seen.
   */
  tick(tick: number, time: number): void;
  /** Made by the callback that runs. `trigger`: the resource that Node says caused it (in microtasks: the callback that they belong to), 0 none. `code`: the function that it will call, 0 not known. */
  made(id: number, type: string, trigger: number, code: number): void;
  /** The line (a code) on which it was made: at level stacks, and always for what is rare. */
  madeAt(id: number, place: number): void;
  /** The function that it calls, where that is known only later. */
  named(id: number, code: number): void;
  /** A Timeout is due at `when`, and then every `repeat` s (0: once). Told when it is made and whenever it is armed anew. */
  timerSet(id: number, when: number, repeat: number): void;
  /** Addresses, a host's name, a command: as known from now on. `fd`: -1 none. */
  described(id: number, text: string, fd: number): void;
  began(id: number, time: number): void;
  /** `failed`: an exception left it, that nobody caught. */
  ended(id: number, time: number, failed: boolean, error?: string): void;
  /**
   * The microtasks after the callback that ended last ran until then: their time is that callback's too, and is known only
   * when the next one begins. Told where it matters, 0.5 ms or more.
   */
  ranOn?(time: number): void;
  /** Destroyed or cleared: nothing of it will run any more. */
  gone(id: number): void;

  /** What is recorded from here on: promises and their steps, or not. */
  level(full: boolean): void;
  /** `parent`: the promise that it was derived from (`then`, or the one that an `await` awaits), 0 none. */
  promiseMade(id: number, parent: number): void;
  promiseSettled(id: number): void;
  /** A promise step: the reaction that settles promise `id` runs, or the async function goes on that awaits through it. Not timed one by one. */
  stepBegan(id: number): void;
  stepEnded(id: number): void;
  /** So many events were lost here. */
  lost(count: number): void;
}
