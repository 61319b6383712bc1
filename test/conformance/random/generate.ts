/** Random programs in a small language of their own, the same for the same seed. */

/** One statement; what its fields mean stands in the interpreters, which know nothing else. */
export interface Op {
  /** Unique in the program; every line of the log names it. */
  id: number;
  op: string;
  /** Which of the program's locks, queues, … or tasks: taken modulo how many there are. */
  i?: number;
  /** Seconds, a multiple of 1/4, so that deadlines are often equal. */
  d?: number;
  n?: number;
  flag?: boolean;
  how?: string;
  body?: Op[];
  bodies?: Op[][];
  last?: Op[];
}

export interface Program {
  seed: number;
  tasks: Op[][];
}

/** mulberry32: numbers from 0 to below 1. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const MAX_DEPTH = 4;

/** What is made of an op by chance, and how often. */
const leaves: [weight: number, op: string][] = [
  [8, 'yield'],
  [9, 'sleep'],
  [2, 'callSoon'],
  [3, 'callLater'],
  [1, 'cancelTimer'],
  [2, 'futureSet'],
  [1, 'futureFail'],
  [1, 'futureCancel'],
  [2, 'futureWait'],
  [1, 'futureRenew'],
  [2, 'eventWait'],
  [3, 'eventSet'],
  [1, 'eventClear'],
  [5, 'put'],
  [5, 'get'],
  [1, 'putNowait'],
  [1, 'getNowait'],
  [2, 'taskDone'],
  [1, 'join'],
  [0.3, 'shutdown'],
  [2, 'conditionWait'],
  [1, 'conditionWaitFor'],
  [3, 'notify'],
  [1, 'release'],
  [1, 'barrier'],
  [0.4, 'barrierReset'],
  [0.2, 'barrierAbort'],
  [5, 'cancel'],
  [1, 'uncancel'],
  [3, 'awaitTask'],
  [1, 'shieldTask'],
  [1, 'waitForTask'],
  [1, 'doneCallback'],
  [2, 'raise'],
  [1, 'state'],
];
const blocks: [weight: number, op: string][] = [
  [4, 'lock'],
  [3, 'semaphore'],
  [6, 'spawn'],
  [4, 'try'],
  [4, 'timeout'],
  [1, 'reschedule'],
  [4, 'waitFor'],
  [3, 'gather'],
  [3, 'wait'],
  [2, 'asCompleted'],
  [3, 'group'],
  [1, 'shield'],
  [1, 'repeat'],
  [1, 'child'],
];

/** Most programs are about one thing, so that the same few objects are fought for. */
const always = 'yield sleep cancel spawn timeout waitFor try repeat child';
const themes = [
  'put get putNowait getNowait taskDone join shutdown',
  'put get cancelTimer',
  'lock release conditionWait notify',
  'semaphore release',
  'conditionWait conditionWaitFor notify',
  'eventWait eventSet eventClear barrier barrierReset',
  'barrier',
  'uncancel awaitTask shieldTask waitForTask shield state',
  'gather wait asCompleted raise awaitTask',
  'group raise uncancel state gather',
  'reschedule uncancel state raise',
  'futureSet futureFail futureCancel futureWait futureRenew waitFor shield',
  'callSoon callLater cancelTimer doneCallback futureWait futureSet',
].map((words) => new Set(`${always} ${words}`.split(' ')));
/** Many tasks at one object, which are cancelled just when it is theirs. */
const races = [
  'put get',
  'lock',
  'semaphore',
  'conditionWait notify',
  'eventWait eventSet',
  'futureWait futureSet',
].map((words) => new Set(`cancel yield ${words}`.split(' ')));
const onTasks = new Set('cancel state awaitTask shieldTask waitForTask doneCallback cancelTimer'.split(' '));

export function generate(seed: number): Program {
  const random = randomNumbers(seed * 2654435761 + 1);
  const below = (n: number) => Math.floor(random() * n);
  const pick = (items: readonly [number, string][]): string => {
    let left = random() * items.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, item] of items) if ((left -= weight) < 0) return item;
    return items[items.length - 1][1];
  };
  const race = random() < 0.2;
  const theme = race ? races[below(races.length)] : themes[below(themes.length + 3)];
  const weighted = (items: readonly [number, string][]): [number, string][] =>
    items.map(([weight, op]) => [
      theme === undefined ? weight : theme.has(op) ? weight + 4 : weight / 20,
      op,
    ]);
  const [ownLeaves, ownBlocks] = [weighted(leaves), weighted(blocks)];
  const which = (op: string) =>
    below(race ? (op === 'cancel' ? 4 : 1) : theme === undefined || onTasks.has(op) ? 12 : 2);
  const seconds = () => [0, 0, 0.25, 0.25, 0.25, 0.5, 0.5, 1, 1, 3][below(10)];
  let id = 0;

  const body = (depth: number): Op[] =>
    Array.from({ length: 1 + below(depth === 0 ? 5 : 3) }, () =>
      depth < MAX_DEPTH && random() < 0.4 ? block(depth) : leaf(),
    );
  const leaf = (): Op => {
    const op = pick(ownLeaves);
    return { id: ++id, op, i: which(op), d: seconds(), n: below(3), flag: random() < 0.3 };
  };
  const block = (depth: number): Op => {
    const name = pick(ownBlocks);
    const op: Op = { id: ++id, op: name, i: which(name), d: seconds(), n: below(3), flag: random() < 0.5 };
    if (['gather', 'wait', 'asCompleted', 'group'].includes(op.op))
      op.bodies = Array.from({ length: 1 + below(3) }, () => body(depth + 1));
    if (!['gather', 'wait', 'asCompleted'].includes(op.op)) op.body = body(depth + 1);
    if (op.op === 'wait') op.how = ['ALL_COMPLETED', 'FIRST_COMPLETED', 'FIRST_EXCEPTION'][below(3)];
    if (op.op === 'try') {
      op.how = ['error', 'cancel', 'both', 'none'][below(4)];
      op.last = random() < 0.5 ? body(depth + 1) : [];
    }
    return op;
  };
  const tasks = Array.from({ length: (race ? 4 : 2) + below(5) }, () => body(0));
  return { seed, tasks };
}
