/**
 * What is live in the program's loop, by Node's own numbers. Written on every resource made and gone, so what runs once
 * and in order stands in queues, and the rest in a ring of slots in typed arrays; who lives longer than the ring is wide
 * moves into a Map.
 */
import { Fifo } from './fifo';

/** A live resource, as it was when asked for. */
export interface Live {
  readonly id: number;
  readonly type: string;
  /** The resource that Node says caused it, 0 none. */
  readonly trigger: number;
  /** The tick in which it was made. */
  readonly madeTick: number;
  /**
   * Node's object for it. Undefined for those which only the garbage collector ends: holding them would keep them alive.
   */
  readonly resource: object | undefined;
}

/**
 * Types that Node itself keeps until it says that they are destroyed, so that holding them changes nothing. All others
 * (parsers, file handles, zlib, the program's own AsyncResources) end when nobody refers to them.
 */
const HELD = new Set([
  'Timeout',
  'TCPWRAP',
  'TCPSERVERWRAP',
  'TCPCONNECTWRAP',
  'PIPEWRAP',
  'PIPESERVERWRAP',
  'PIPECONNECTWRAP',
  'TTYWRAP',
  'UDPWRAP',
  'UDPSENDWRAP',
  'PROCESSWRAP',
  'SIGNALWRAP',
  'FSEVENTWRAP',
  'STATWATCHER',
  'GETADDRINFOREQWRAP',
  'GETNAMEINFOREQWRAP',
  'QUERYWRAP',
  'FSREQCALLBACK',
  'WRITEWRAP',
  'SHUTDOWNWRAP',
]);

export function isHeld(type: string): boolean {
  return HELD.has(type);
}

interface Older extends Live {
  armed: number;
  code: number;
}

const FIRST_SIZE = 4096;
const LARGEST_SIZE = 2 ** 20;

/** What ends by itself in no time, and keeps nothing. */
export const PASSING: ReadonlySet<string> = new Set(['TickObject', 'Microtask', 'MAIN', 'Immediate']);

export class Resources {
  readonly tickObjects = new Fifo('TickObject');
  readonly immediates = new Fifo('Immediate');
  /** How many are live in the slots. */
  private others = 0;
  private mask = FIRST_SIZE - 1;
  private ids = new Float64Array(FIRST_SIZE);
  private types: string[] = new Array<string>(FIRST_SIZE).fill('');
  private triggers = new Float64Array(FIRST_SIZE);
  private ticks = new Float64Array(FIRST_SIZE);
  /** Of a timer: ms of the timers' clock at which its delay began, as it was told. */
  private armed = new Float64Array(FIRST_SIZE);
  private codes = new Int32Array(FIRST_SIZE);
  private objects: (object | undefined)[] = new Array<object | undefined>(FIRST_SIZE).fill(undefined);
  /** Those that made room for younger ones. */
  private readonly older = new Map<number, Older>();

  /** How many are live. */
  get count(): number {
    return this.others + this.tickObjects.count + this.immediates.count;
  }

  /**
   * Neither a TickObject nor an Immediate. `resource`: undefined where it must not be held; `code`: of what will be called, 0 not
   * known.
   */
  add(
    id: number,
    type: string,
    trigger: number,
    madeTick: number,
    resource: object | undefined,
    code = 0,
  ): void {
    let at = id & this.mask;
    if (this.ids[at] !== 0) at = this.makeRoom(id);
    this.ids[at] = id;
    this.types[at] = type;
    this.triggers[at] = trigger;
    this.ticks[at] = madeTick;
    this.objects[at] = resource;
    this.codes[at] = code;
    this.others++;
  }

  /** False when it was not there. */
  remove(id: number): boolean {
    const at = id & this.mask;
    if (this.ids[at] === id) {
      this.ids[at] = 0;
      this.objects[at] = undefined;
    } else if (this.older.size === 0 || !this.older.delete(id))
      return this.immediates.remove(id) || this.tickObjects.remove(id);
    this.others--;
    return true;
  }

  has(id: number): boolean {
    return this.typeOf(id) !== '';
  }

  get(id: number): Live | undefined {
    const at = id & this.mask;
    if (this.ids[at] === id) return this.at(at);
    return this.older.get(id) ?? this.immediates.get(id) ?? this.tickObjects.get(id);
  }

  /** '' when it is not live. */
  typeOf(id: number): string {
    if (id === this.tickObjects.first) return 'TickObject';
    if (id === this.immediates.first) return 'Immediate';
    const at = id & this.mask;
    if (this.ids[at] === id) return this.types[at];
    const older = this.older.get(id);
    if (older !== undefined) return older.type;
    if (this.immediates.has(id)) return 'Immediate';
    return this.tickObjects.has(id) ? 'TickObject' : '';
  }

  objectOf(id: number): object | undefined {
    const at = id & this.mask;
    if (this.ids[at] === id) return this.objects[at];
    const older = this.older.get(id);
    return older === undefined
      ? (this.immediates.objectOf(id) ?? this.tickObjects.objectOf(id))
      : older.resource;
  }

  /** The code of what will be called; 0 not known. */
  codeOf(id: number): number {
    const at = id & this.mask;
    if (this.ids[at] === id) return this.codes[at];
    return this.older.get(id)?.code ?? (this.immediates.codeOf(id) || this.tickObjects.codeOf(id));
  }

  arm(id: number, armed: number): void {
    const at = id & this.mask;
    if (this.ids[at] === id) this.armed[at] = armed;
    else {
      const older = this.older.get(id);
      if (older) older.armed = armed;
    }
  }

  armedAt(id: number): number {
    const at = id & this.mask;
    return this.ids[at] === id ? this.armed[at] : (this.older.get(id)?.armed ?? 0);
  }

  /** All, oldest first. */
  live(): Live[] {
    const all: Live[] = [...this.inSlots(), ...this.immediates.live(), ...this.tickObjects.live()];
    return all.sort((a, b) => a.id - b.id);
  }

  private inSlots(): Older[] {
    const all = [...this.older.values()];
    this.ids.forEach((id, at) => {
      if (id !== 0) all.push(this.at(at));
    });
    return all;
  }

  private at(at: number): Older {
    return {
      id: this.ids[at],
      type: this.types[at],
      trigger: this.triggers[at],
      madeTick: this.ticks[at],
      resource: this.objects[at],
      armed: this.armed[at],
      code: this.codes[at],
    };
  }

  /** The slot of `id` is taken: returns it, free. */
  private makeRoom(id: number): number {
    const size = this.mask + 1;
    if (this.others - this.older.size > size / 2 && size < LARGEST_SIZE) this.grow(size * 4);
    const at = id & this.mask;
    if (this.ids[at] !== 0) {
      this.older.set(this.ids[at], this.at(at));
      this.ids[at] = 0;
    }
    return at;
  }

  private grow(size: number): void {
    const { ids, types, triggers, ticks, armed, codes, objects } = this;
    const older = [...this.older.values()];
    this.mask = size - 1;
    this.ids = new Float64Array(size);
    this.types = new Array<string>(size).fill('');
    this.triggers = new Float64Array(size);
    this.ticks = new Float64Array(size);
    this.armed = new Float64Array(size);
    this.codes = new Int32Array(size);
    this.objects = new Array<object | undefined>(size).fill(undefined);
    this.older.clear();
    this.others = 0;
    for (const live of older) {
      this.add(live.id, live.type, live.trigger, live.madeTick, live.resource, live.code);
      this.arm(live.id, live.armed);
    }
    for (let at = 0; at < ids.length; at++) {
      if (ids[at] === 0) continue;
      this.add(ids[at], types[at], triggers[at], ticks[at], objects[at], codes[at]);
      this.arm(ids[at], armed[at]);
    }
  }
}
