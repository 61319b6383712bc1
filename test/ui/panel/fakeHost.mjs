/**
 * The panel's host and adapter, played by a script: answers the requests from the simulation.
 * `?mode=` chooses what the session is doing, `?crowd=N` puts N entries into each queue, `?breakpoints`, `?findings` and `?graph` bring some.
 */
import { arranged, grouped, slice } from './modelRows.mjs';
import { nodeScene } from './nodeScene.mjs';
import { crowd, program } from './simulation.mjs';

const query = new URLSearchParams(location.search);
const scene = query.get('mode') ?? 'paused';
const many = Number(query.get('crowd') ?? 0);
const TICKS = Number(query.get('ticks') ?? 60);
const world = program(TICKS);
const busiest = world.ran.reduce(
  (best, ran, tick) => (tick > 2 && ran.length > world.ran[best].length ? tick : best),
  3,
);

let mode =
  {
    running: 'running',
    pausing: 'pausing',
    past: 'paused',
    pastRunning: 'running',
    ended: 'ended',
    lastEnded: 'ended',
  }[scene] ?? 'paused';
let head = {
  tick: scene === 'running' || scene === 'ended' ? TICKS : Math.max(busiest, Math.floor(TICKS * 0.7)),
  callback: 1,
};
let cursor = scene.startsWith('past')
  ? { tick: world.ran.findIndex((ran, tick) => tick > 9 && ran.length > 2), callback: 1 }
  : undefined;
const node = scene.startsWith('node') ? nodeScene(scene) : undefined;
let level = node ? 'macro' : 'full';
let stopped = { reason: 'step', text: 'Paused on tick breakpoint', breakpoints: [] };
if (scene === 'ended') head.callback = world.ran[head.tick].length - 1;
/** The workspace's breakpoints, and what became of them: the host and the adapter each know a part. */
let breakpoints = query.has('breakpoints')
  ? [
      { id: 'tick 42', place: 'tick', at: 42 },
      {
        id: 'before step of task a-to-b',
        place: 'callback',
        task: 'a-to-b',
        condition: 'ready > 2',
        hitCondition: '% 10',
      },
      { id: 'deadlock', place: 'deadlock' },
      { id: 'more than 100 in ready', place: 'growth', queue: 'ready', above: 100, enabled: false },
      { id: 'every tick', place: 'tick', logMessage: 'tick {tick}: {ready} are ready' },
    ]
  : [];
const refused = { deadlock: 'asyncio programs do not stop at deadlocks yet.' };
const hits = { 'tick 42': 1, 'every tick': 41 };
const became = () => [
  ...breakpoints.map(({ id, place }) => ({
    id,
    verified: !refused[place],
    message: refused[place],
    hits: hits[id] ?? 0,
  })),
  ...(query.has('breakpoints')
    ? [
        {
          id: 'busy',
          verified: true,
          hits: 2,
          launch: { id: 'busy', place: 'tick', condition: 'ready > 10' },
        },
      ]
    : []),
];
if (query.has('breakpoints'))
  stopped = { reason: 'breakpoint', text: 'Paused on tick 42', breakpoints: ['tick 42'] };
/** What the panel asked and said, for tests. */
window.sent = [];

/** `?name=` is put before the names of a crowd. */
const named = (row) => ({ ...row, name: (query.get('name') ?? '') + row.name });

const snapshot = ({ tick, callback }) => {
  const list = world.snapshots[tick];
  return list[Math.min(callback, list.length - 1)];
};

function state() {
  if (node) return node.state(level);
  const c = cursor ?? head;
  const shot = snapshot(c);
  const n = (queue) => (many ? many : shot[queue].length);
  return {
    mode,
    target: 'asyncio',
    level: scene === 'reduced' ? 'reduced' : level,
    cost: level === 'stacks' ? 0.47 : 0.068,
    fidelity:
      scene === 'reduced'
        ? 'This loop is uvloop: ticks and callbacks are seen, the timers of other libraries are not.'
        : undefined,
    live: !cursor,
    cursor: { loop: 1, ...c },
    firstTick: 1,
    lastTick: head.tick,
    loop: 1,
    loops:
      scene === 'loops'
        ? [
            { id: 1, name: 'loop 1', thread: 'MainThread', state: 'stopped' },
            { id: 2, name: 'loop 2', thread: 'Thread-1 (worker)', state: 'stopped' },
          ]
        : [
            {
              id: 1,
              name: 'loop 1',
              thread: 'MainThread',
              state: mode === 'running' ? 'running' : 'stopped',
            },
          ],
    phase: mode === 'running' ? 'poll' : 'ready',
    counts: { ready: n('ready'), waiting: n('waiting'), timers: n('timers'), tasks: many || shot.tasks.size },
    clockMs: shot.clockMs,
    lossy: scene === 'lossy',
    stopped: mode === 'paused' ? stopped : undefined,
    breakpoints: became(),
  };
}

function task(id, shot) {
  const t = shot.tasks.get(id);
  if (!t) throw new Error(`There is no task ${id} at this moment.`);
  const { wait } = t;
  const waits = t.state === 'waiting';
  const library = wait?.lock
    ? 'Lock.acquire'
    : wait?.get
      ? 'Queue.get'
      : wait?.sleep
        ? 'sleep'
        : 'StreamReader.read';
  return {
    task: t.id,
    name: t.name,
    state: t.state,
    coroutine: t.coroutine,
    source: t.source,
    reason: waits && !wait.sleep ? shot.waiting.find((row) => row.id === id)?.reason : undefined,
    sinceTick: t.since,
    ageMs: shot.clockMs - t.sinceMs,
    steps: t.steps,
    busyMs: t.busyMs,
    readyMs: t.readyMs,
    waitingMs: t.waitingMs + (waits ? shot.clockMs - t.sinceMs : 0),
    chain: waits
      ? [
          {
            name: t.coroutine,
            path: t.line.path,
            line: t.line.line,
            user: true,
            ...(mode === 'paused' && !cursor && { id: 1000 + id }),
          },
          { name: library, path: '/usr/lib/python3.11/asyncio/locks.py', line: 114, user: false },
        ]
      : [{ name: t.coroutine, path: t.source.path, line: t.source.line, user: true }],
    awaitedBy: [],
    awaiting: [],
    parent: undefined,
    causes: t.causes,
    sentence: waits
      ? `${t.name} waits in ${library} since tick ${t.since} (bank.py:${t.line.line}).`
      : `${t.name} is ${t.state} since tick ${t.since}.`,
    history: t.history,
  };
}

/** All tasks as the table wants them; those of a crowd are arranged once per query. */
let crowded = { query: '', rows: [] };
function taskRows(args, shot) {
  const arrange = (tasks) => {
    const rows = arranged({ length: tasks.length, row: (i) => tasks[i] }, args);
    return args.group ? grouped(rows, args.group) : rows;
  };
  if (!many) {
    const standing = ([id, { line, source }]) => ({ ...task(id, shot), source: line ?? source });
    return arrange([...shot.tasks].map(standing));
  }
  const query = JSON.stringify([args.sort, args.filter, args.group]);
  if (crowded.query !== query)
    crowded = { query, rows: arrange(Array.from({ length: many }, (_, i) => named(crowd('tasks', i)))) };
  return crowded.rows;
}

/** One that is proved and one that is not, of tasks that wait at the moment. */
function findings({ waiting }) {
  const [first, second] = waiting.filter((row) => row.task !== undefined);
  return [
    {
      id: 'deadlock',
      kind: 'deadlock',
      certainty: 'proved',
      sentence: `${first.name} waits for lock 'b' held by ${second.name}, which waits for lock 'a' held by ${first.name}.`,
      tasks: [first.task, second.task],
      ticks: [9],
      source: { path: '/work/bank.py', line: 12 },
    },
    {
      id: 'late',
      kind: 'late-timer',
      certainty: 'suspected',
      sentence: 'A timer of ticker fired 240 ms late.',
      tasks: [],
      ticks: [5, 6, 7, 8, 9, 10, 20],
    },
  ];
}

/** Two tasks that wait for each other's lock, and `more` that wait for one semaphore. */
function graph({ waiting }, more = 12) {
  const [first, second] = waiting.filter((row) => row.task !== undefined);
  const task = ({ task: id, name }) => ({ id: `task ${id}`, kind: 'task', label: name, task: id });
  const lock = (name) => ({
    id: `thing ${name}`,
    kind: 'lock',
    label: `lock ${name}`,
    source: { path: '/work/bank.py', line: 12 },
  });
  const workers = Array.from({ length: more }, (_, at) => ({ task: 1000 + at, name: `worker-${at}` }));
  const waits = (from, to) => ({ from, to, kind: 'waits', all: true });
  const held = (from, to) => ({ from, to, kind: 'heldBy', all: false });
  const [one, two] = [task(first).id, task(second).id];
  return {
    nodes: [
      ...[first, second, ...workers].map(task),
      lock('a'),
      lock('b'),
      { id: 'thing slots', kind: 'semaphore', label: 'semaphore slots' },
    ],
    edges: [
      waits(one, 'thing b'),
      held('thing b', two),
      waits(two, 'thing a'),
      held('thing a', one),
      ...workers.map((worker) => waits(task(worker).id, 'thing slots')),
      held('thing slots', one),
    ],
    cycles: [[one, 'thing b', two, 'thing a']],
  };
}

const answers = {
  'tickscope/state': state,
  'tickscope/rows': (args) => {
    const { queue, start, count, cursor: asked } = args;
    const c = asked ?? cursor ?? head;
    if (queue === 'tasks') {
      if (query.has('refuseTasks')) throw new Error('The program is not connected to the debugger (yet).');
      return slice(query.has('noTasks') ? [] : taskRows(args, snapshot(c)), args);
    }
    if (many && queue !== 'callbacks')
      return {
        total: many,
        rows: Array.from({ length: Math.max(0, Math.min(count, many - start)) }, (_, i) =>
          named(crowd(queue, start + i)),
        ),
      };
    const shot = snapshot(c);
    const all =
      queue === 'callbacks'
        ? world.ran[c.tick]
            .slice(0, cursor ? undefined : c.callback)
            .map((h) => ({ ...h, sinceTick: h.tick, ageMs: 0, nextTick: false }))
        : shot[queue];
    return { total: all.length, rows: all.slice(start, start + count) };
  },
  'tickscope/task': ({ task: id }) => task(id, snapshot(cursor ?? head)),
  'tickscope/graph': () =>
    query.has('graph')
      ? graph(snapshot(cursor ?? head), Number(query.get('graph') || 12))
      : { nodes: [], edges: [], cycles: [] },
  'tickscope/findings': () => ({ findings: query.has('findings') ? findings(snapshot(cursor ?? head)) : [] }),
  'tickscope/values': ({ frame, ref }) => {
    if (query.has('refuseValues')) throw new Error('That frame is gone: the program has run on since.');
    if (ref === 7)
      return {
        values: [
          { name: 'name', value: "'a'", type: 'str' },
          { name: 'guard', value: '<asyncio.locks.Lock object at 0x7f10 [locked]>', type: 'Lock' },
        ],
      };
    return {
      values: [
        { name: 'src', value: "Account('a')", type: 'Account', ref: 7 },
        { name: 'amount', value: String(frame), type: 'int' },
      ],
    };
  },
  'tickscope/seek': ({ cursor: to }) => {
    if (to && (to.tick < 1 || to.tick > head.tick))
      throw new Error(`There is no tick ${to.tick}: history goes from 1 to ${head.tick}.`);
    cursor =
      to && (to.tick < head.tick || (to.callback ?? 0) < head.callback)
        ? { tick: to.tick, callback: to.callback ?? 0 }
        : undefined;
    return state();
  },
  'tickscope/setLevel': ({ level: wanted }) => {
    if (query.has('refuseLevel')) throw new Error('The program is not connected to the debugger (yet).');
    level = wanted;
    return state();
  },
  'tickscope/step': ({ kind }) => {
    step(kind);
    return {};
  },
  'tickscope/timeline': ({ from, to, buckets }) => {
    if (!query.has('timeline')) throw new Error('tickscope/timeline is not built yet.');
    const each = Math.ceil((to - from + 1) / buckets);
    const list = [];
    for (let tick = from; tick <= to; tick += each) {
      const infos = world.tickInfo.slice(tick, Math.min(tick + each, to + 1));
      const sum = (key) => infos.reduce((s, i) => s + i[key], 0);
      list.push({
        tick,
        ticks: infos.length,
        runMs: sum('runMs'),
        waitMs: sum('waitMs'),
        callbacks: world.ran[tick].length,
        marks: tick === 20 ? ['breakpoint', 'finding'] : tick === 33 ? ['finding'] : [],
      });
    }
    return { firstTick: 1, lastTick: head.tick, buckets: list };
  },
};
if (node) Object.assign(answers, node.answers);

function step(kind) {
  const at = cursor ?? head;
  const callbacks = (tick) => world.snapshots[tick].length;
  let { tick, callback } = at;
  if (kind === 'callback') callback++;
  if (kind === 'tick') [tick, callback] = [tick + 1, 0];
  if (kind === 'backCallback') callback--;
  if (kind === 'backTick') [tick, callback] = callback > 0 ? [tick, 0] : [tick - 1, 0];
  if (callback < 0) [tick, callback] = [tick - 1, callbacks(tick - 1) - 1];
  if (tick >= 1 && callback >= callbacks(tick)) [tick, callback] = [tick + 1, 0];
  if (tick < 1 || tick > TICKS) return;
  const before = tick < head.tick || (tick === head.tick && callback < head.callback);
  if (!before && !cursor) head = { tick, callback };
  cursor = before ? { tick, callback } : undefined;
  changed();
}

const steps = {
  stepCallback: 'callback',
  stepTick: 'tick',
  stepBackCallback: 'backCallback',
  stepBackTick: 'backTick',
};

function control(action) {
  if (steps[action]) return step(steps[action]);
  if (action === 'continue') {
    mode = 'running';
    cursor = undefined;
  }
  if (action === 'pause') {
    mode = 'paused';
    stopped = { reason: 'pause', text: 'Paused', breakpoints: [] };
  }
  if (action === 'stop') {
    mode = 'ended';
    post({ type: 'session', session: { kind: 'ended', name: 'bank.py', target: 'asyncio', exitCode: 0 } });
  }
  changed();
}

function post(message) {
  window.postMessage(message, '*');
}

function changed() {
  const s = state();
  post({ type: 'changed', body: { loop: 1, tick: s.lastTick, counts: s.counts, mode } });
}

function session() {
  if (node) return node.session;
  const name = 'bank.py';
  const target = 'asyncio';
  if (scene === 'none') return { kind: 'none' };
  if (scene === 'starting') return { kind: 'starting', name };
  if (scene === 'failed')
    return {
      kind: 'failed',
      name,
      message:
        'No Python was found: select an interpreter in the Python extension, or set "runtimeExecutable" in launch.json.',
    };
  if (scene === 'ended') return { kind: 'ended', name, target, exitCode: 0 };
  if (scene === 'endedEmpty')
    return {
      kind: 'ended',
      name,
      target,
      exitCode: 1,
      message: 'bank.py ended without running an event loop.',
    };
  return { kind: 'active', name, target };
}

/** Advances a running program by a tick, as a program that goes on would. */
window.advance = () => {
  if (mode !== 'running' || head.tick >= TICKS) return;
  head = { tick: head.tick + 1, callback: 0 };
  changed();
};
window.setHead = (tick) => {
  head = { tick, callback: 0 };
  changed();
};

window.acquireVsCodeApi = () => ({
  getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined,
  setState: (value) => sessionStorage.setItem('state', JSON.stringify(value)),
  postMessage(message) {
    window.sent.push(message);
    if (message.type === 'ready') {
      post({ type: 'session', session: session() });
      post({ type: 'breakpoints', breakpoints });
      if (session().kind === 'active' || session().kind === 'ended') changed();
    } else if (message.type === 'breakpoints') {
      breakpoints = structuredClone(message.breakpoints);
      post({ type: 'breakpoints', breakpoints });
      changed();
    } else if (message.type === 'control') control(message.action);
    else if (message.type === 'request') {
      if (scene === 'endedEmpty')
        return post({
          type: 'response',
          id: message.id,
          ok: false,
          message: 'The program ran no event loop.',
        });
      try {
        post({
          type: 'response',
          id: message.id,
          ok: true,
          body: structuredClone(answers[message.command](message.arguments)),
        });
      } catch (error) {
        post({ type: 'response', id: message.id, ok: false, message: error.message });
      }
    }
  },
});
