/** Queues between tasks (`asyncio.queues`). */
import { inspect } from 'node:util';
import { CoroutineObject, type Coroutine } from './coroutines';
import { ValueError } from './exceptions';
import { Event } from './locks';
import { repr } from './log';
import { LoopBound } from './mixins';
import { Ring } from './ready';
import { Waiters } from './waiters';

/** `getNowait` found nothing (`asyncio.QueueEmpty`). */
export class QueueEmpty extends Error {
  override name = 'QueueEmpty';
}

/** `putNowait` found no room (`asyncio.QueueFull`). */
export class QueueFull extends Error {
  override name = 'QueueFull';
}

/** The queue was shut down (`asyncio.QueueShutDown`). */
export class QueueShutDown extends Error {
  override name = 'QueueShutDown';
}

/** First in, first out (`asyncio.Queue`). To order items otherwise, override `take`, `store`, `count` and `items`. */
export class Queue<T> extends LoopBound {
  private readonly getters = new Waiters<void>();
  private readonly putters = new Waiters<void>();
  private readonly finished = new Event();
  private readonly ring = new Ring<T>();
  private unfinished = 0;
  private isShutdown = false;

  /** `maxsize`: with 0 or less, there is always room (`Queue.maxsize`). */
  constructor(readonly maxsize = 0) {
    super();
    this.finished.set();
    this.finished.standsFor = { kind: 'queue.join', of: this };
  }

  /** How many items are in it (`Queue.qsize`). */
  qsize(): number {
    return this.count();
  }

  /** `Queue.empty`. */
  empty(): boolean {
    return this.count() === 0;
  }

  /** Whether `maxsize` items are in it; never when that is 0 (`Queue.full`). */
  full(): boolean {
    return this.maxsize > 0 && this.count() >= this.maxsize;
  }

  /** Puts an item in, waiting for room (`Queue.put`). Throws QueueShutDown. */
  put(item: T): CoroutineObject<void> {
    return new CoroutineObject('Queue.put', this.putting(item));
  }

  /** Puts an item in now (`Queue.put_nowait`). Throws QueueFull or QueueShutDown. */
  putNowait(item: T): void {
    if (this.isShutdown) throw new QueueShutDown();
    if (this.full()) throw new QueueFull();
    this.store(item);
    this.unfinished++;
    this.finished.clear();
    wakeUpNext(this.getters);
  }

  /** Takes an item out, waiting for one (`Queue.get`). Throws QueueShutDown when shut down and empty. */
  get(): CoroutineObject<T> {
    return new CoroutineObject('Queue.get', this.getting());
  }

  /** Takes an item out now (`Queue.get_nowait`). Throws QueueEmpty, or QueueShutDown when shut down and empty. */
  getNowait(): T {
    if (this.empty()) {
      if (this.isShutdown) throw new QueueShutDown();
      throw new QueueEmpty();
    }
    const item = this.take();
    wakeUpNext(this.putters);
    return item;
  }

  /** The work on an item that was taken out is done (`Queue.task_done`). Throws ValueError when called more often than `put`. */
  taskDone(): void {
    if (this.unfinished <= 0) throw new ValueError('task_done() called too many times');
    if (--this.unfinished === 0) this.finished.set();
  }

  /** Waits until `taskDone` was called for every item that was put in (`Queue.join`). */
  join(): CoroutineObject<void> {
    return new CoroutineObject('Queue.join', this.joining());
  }

  /**
   * Nothing can be put in any more, and what is in it can be taken out, but with `immediate`, which throws it away
   * (`Queue.shutdown`). Everyone who waits is woken.
   */
  shutdown(immediate = false): void {
    this.isShutdown = true;
    if (immediate) {
      while (!this.empty()) {
        this.take();
        if (this.unfinished > 0) this.unfinished--;
      }
      if (this.unfinished === 0) this.finished.set();
    }
    wakeUpAll(this.getters);
    wakeUpAll(this.putters);
  }

  override toString(): string {
    const words = [this.constructor.name, `maxsize=${this.maxsize}`];
    if (!this.empty()) words.push(`_queue=${repr([...this.items()])}`);
    if (this.getters.length > 0) words.push(`_getters[${this.getters.length}]`);
    if (this.putters.length > 0) words.push(`_putters[${this.putters.length}]`);
    if (this.unfinished > 0) words.push(`tasks=${this.unfinished}`);
    if (this.isShutdown) words.push('shutdown');
    return `<${words.join(' ')}>`;
  }

  [inspect.custom](): string {
    return this.toString();
  }

  /** How many items are stored. */
  protected count(): number {
    return this.ring.length;
  }

  /** The items stored, for messages. */
  protected items(): Iterable<T> {
    return this.ring;
  }

  /** Takes out the item that is next; there is one (`Queue._get`). */
  protected take(): T {
    return this.ring.shift() as T;
  }

  /** `Queue._put`. */
  protected store(item: T): void {
    this.ring.push(item);
  }

  private *putting(item: T): Coroutine<void> {
    while (this.full()) {
      if (this.isShutdown) throw new QueueShutDown();
      yield* this.waitIn(this.putters, 'queue.put', () => this.full());
    }
    this.putNowait(item);
  }

  private *getting(): Coroutine<T> {
    while (this.empty()) {
      if (this.isShutdown) throw new QueueShutDown();
      yield* this.waitIn(this.getters, 'queue.get', () => this.empty());
    }
    return this.getNowait();
  }

  private *waitIn(line: Waiters<void>, kind: string, mustWait: () => boolean): Coroutine<void> {
    const future = this.createWaiter<void>(kind);
    const place = line.push(future);
    try {
      yield* future;
    } catch (error) {
      future.cancel();
      line.remove(place);
      // Woken, but it cannot take the call: the next in line must.
      if (!mustWait() && !future.cancelled()) wakeUpNext(line);
      throw error;
    }
  }

  private *joining(): Coroutine<void> {
    if (this.unfinished > 0) yield* this.finished.wait();
  }
}

/** Of the items in it the smallest comes first, as CPython's `heapq` orders them (`asyncio.PriorityQueue`). */
export class PriorityQueue<T> extends Queue<T> {
  private readonly heap: T[] = [];

  /**
   * `less`: whether the first comes before the second. Absent: as in Python for numbers, strings and arrays of them,
   * which compare like tuples; it throws TypeError for what cannot be ordered.
   */
  constructor(
    maxsize = 0,
    private readonly less: (a: T, b: T) => boolean = pythonLess,
  ) {
    super(maxsize);
  }

  protected override count(): number {
    return this.heap.length;
  }

  protected override items(): Iterable<T> {
    return this.heap;
  }

  protected override store(item: T): void {
    this.heap.push(item);
    this.siftDown(0, this.heap.length - 1);
  }

  protected override take(): T {
    const heap = this.heap;
    const last = heap.pop() as T;
    if (heap.length === 0) return last;
    const first = heap[0];
    heap[0] = last;
    this.siftUp(0);
    return first;
  }

  /** Towards the root (`heapq._siftdown`). */
  private siftDown(start: number, pos: number): void {
    const { heap, less } = this;
    const item = heap[pos];
    while (pos > start) {
      const parent = (pos - 1) >> 1;
      if (!less(item, heap[parent])) break;
      heap[pos] = heap[parent];
      pos = parent;
    }
    heap[pos] = item;
  }

  /** Smaller children move up until a leaf is free, then the item goes towards the root from there (`heapq._siftup`). */
  private siftUp(pos: number): void {
    const { heap, less } = this;
    const start = pos;
    const item = heap[pos];
    for (let child = 2 * pos + 1; child < heap.length; child = 2 * pos + 1) {
      const right = child + 1;
      if (right < heap.length && !less(heap[child], heap[right])) child = right;
      heap[pos] = heap[child];
      pos = child;
    }
    heap[pos] = item;
    this.siftDown(start, pos);
  }
}

/** Last in, first out (`asyncio.LifoQueue`). */
export class LifoQueue<T> extends Queue<T> {
  private readonly stack: T[] = [];

  protected override count(): number {
    return this.stack.length;
  }

  protected override items(): Iterable<T> {
    return this.stack;
  }

  protected override store(item: T): void {
    this.stack.push(item);
  }

  protected override take(): T {
    return this.stack.pop() as T;
  }
}

function wakeUpNext(line: Waiters<void>): void {
  for (let waiter = line.shift(); waiter !== undefined; waiter = line.shift()) {
    if (waiter.done()) continue;
    waiter.setResult(undefined);
    return;
  }
}

function wakeUpAll(line: Waiters<void>): void {
  for (let waiter = line.shift(); waiter !== undefined; waiter = line.shift())
    if (!waiter.done()) waiter.setResult(undefined);
}

/** Python's `a < b`. */
function pythonLess(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    const length = Math.min(a.length, b.length);
    for (let i = 0; i < length; i++) if (!pythonEqual(a[i], b[i])) return pythonLess(a[i], b[i]);
    return a.length < b.length;
  }
  const left = primitive(a);
  const right = primitive(b);
  if (kindOf(left) !== kindOf(right) || kindOf(left) === undefined)
    throw new TypeError(`'<' not supported between instances of '${className(a)}' and '${className(b)}'`);
  return (left as number) < (right as number);
}

function pythonEqual(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => pythonEqual(item, b[i]));
  // Python's 1 == True and, across its number types, 1 == 1.0.
  return a === b || (kindOf(a) === 'number' && kindOf(b) === 'number' && Number(a) === Number(b));
}

/** Dates and other objects that have a value of their own compare by it. */
function primitive(value: unknown): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value.valueOf() : value;
}

function kindOf(value: unknown): 'number' | 'string' | undefined {
  if (typeof value === 'string') return 'string';
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
    ? 'number'
    : undefined;
}

function className(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return (value as object).constructor?.name ?? typeof value;
}
