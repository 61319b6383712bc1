/**
 * Numbers that are given once in a process, whichever of its threads gives them: in blocks, so that a thread counts by
 * itself nearly always, and so that of a number can be told whose it is.
 */

/** Words of the shared memory: how many blocks of each kind, and how many loops, were given out. The owners follow. */
const ACTORS = 0;
const TEXTS = 1;
const LOOPS = 2;
const HEADER = 4;

const BLOCK = 512;
/** Of blocks beyond these nobody knows the owner. */
const MOST_BLOCKS = 2 ** 17;

/** `loops`: how many there are from the start. */
export function makeNumbers(loops: number): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(HEADER * Int32Array.BYTES_PER_ELEMENT + MOST_BLOCKS * 2);
  new Int32Array(memory)[LOOPS] = loops;
  return memory;
}

/** A number for the loop of another thread. */
export function newLoop(memory: SharedArrayBuffer): number {
  return Atomics.add(new Int32Array(memory, 0, HEADER), LOOPS, 1) + 1;
}

/** The loop of the thread that gave that number to a piece of code or a task; 0 not known. */
export function ownerOf(memory: SharedArrayBuffer, actor: number): number {
  const block = Math.floor((actor - 1) / BLOCK);
  return block < 0 || block >= MOST_BLOCKS ? 0 : Atomics.load(ownersIn(memory), block);
}

export class Numbers {
  private readonly header: Int32Array;
  private lastActor = 0;
  private lastText = 0;

  /** `loop`: of the thread that gives them. */
  constructor(
    private readonly memory: SharedArrayBuffer,
    private readonly loop: number,
  ) {
    this.header = new Int32Array(memory, 0, HEADER);
  }

  /** For a piece of code or a task. */
  actor(): number {
    if (this.lastActor % BLOCK === 0) {
      const block = Atomics.add(this.header, ACTORS, 1);
      if (block < MOST_BLOCKS) Atomics.store(ownersIn(this.memory), block, this.loop);
      this.lastActor = block * BLOCK;
    }
    return ++this.lastActor;
  }

  text(): number {
    if (this.lastText % BLOCK === 0) this.lastText = Atomics.add(this.header, TEXTS, 1) * BLOCK;
    return ++this.lastText;
  }
}

function ownersIn(memory: SharedArrayBuffer): Uint16Array {
  return new Uint16Array(memory, HEADER * Int32Array.BYTES_PER_ELEMENT, MOST_BLOCKS);
}

/** Of frames and references of variables, each thread gives out this many while it stands. */
const IDS = 2 ** 20;
const SLOTS = 2 ** 10;

/** Ids of frames and references of variables that the thread of that loop gives out come after this one. */
export function firstIdOf(loop: number): number {
  return ((loop - 1) % SLOTS) * IDS;
}

/** Whether it is one of those, or the helper's for that thread. */
export function isOf(loop: number, id: number): boolean {
  return Math.floor(id / IDS) % SLOTS === (loop - 1) % SLOTS;
}
