/** A Node program as the adapter would tell of it: an HTTP server in the middle of a tick, or waiting. */
const at = (line) => ({ path: '/home/me/shop/server.js', line });
const by = (name, callback, tick = 41) => ({ kind: 'callback', callback, tick, name, source: at(12) });
const entry = (id, name, kind, cause, line, more = {}) => ({
  id, name, kind, cause, source: line && at(line), sinceTick: 41, ageMs: 0.2, nextTick: false, ...more,
}); // prettier-ignore
const ran = (index, phase, row, runMs, more = {}) => ({
  ...row, index, phase, startMs: 4100 + index, runMs, outcome: 'returned', ...more,
}); // prettier-ignore

const io = (detail) => ({ kind: 'io', fd: 21, detail });
const timer = { kind: 'timer', scheduledTick: 12, source: at(30) };
const every = entry(16, 'saveCarts', 'timer', timer, 30, { ageMs: 0 });
const callbacks = [
  ran(1, 'poll', entry(80, 'HTTP request', 'io', io('socket read: 127.0.0.1:51234')), 1.4),
  ran(2, 'microtasks', entry(84, 'onFinish', 'nextTick', by('HTTP request', 80), 22), 0.1),
  ran(3, 'microtasks', entry(2 ** 40 + 7, 'promise 7', 'microtask', by('HTTP request', 80)), 0),
  ran(4, 'check', entry(85, 'flushLog', 'immediate', by('HTTP request', 80), 48), 0.3),
  ran(5, 'timers', every, 6.2, { outcome: 'raised' }),
];
const waiting = [
  {
    id: 13, name: 'server', sinceTick: 1, ageMs: 41_000, source: at(60), keepsAlive: true,
    reason: { kind: 'accept', text: 'a connection: [::]:8080', object: 13, source: at(60) },
  },
  {
    id: 2 ** 41 + 500, task: 500, name: 'checkout', sinceTick: 30, ageMs: 11_000, source: at(22), keepsAlive: true,
    reason: { kind: 'read', text: 'data from 10.0.0.7:5432', object: 70, source: at(9) },
  },
  {
    id: 90, name: 'file system request', sinceTick: 41, ageMs: 3, source: at(35), keepsAlive: true,
    reason: { kind: 'fs', text: 'a file system request', object: 90 },
  },
  {
    id: 91, name: 'signal handler', sinceTick: 1, ageMs: 41_000, source: at(70), keepsAlive: false,
    reason: { kind: 'signal', text: 'a signal: SIGHUP', object: 91 },
  },
]; // prettier-ignore
const timers = [
  { id: 92, name: 'sleep → retry', task: 501, dueInMs: 240, source: at(25), keepsAlive: true },
  { id: 16, name: 'saveCarts', dueInMs: 4100, repeatMs: 5000, source: at(30), keepsAlive: true },
  { id: 93, name: 'checkConnections', dueInMs: 29_000, repeatMs: 30_000, keepsAlive: false },
];
const soon = [
  entry(86, 'emitClose', 'nextTick', by('flushLog', 85), undefined),
  entry(2 ** 40 + 9, 'promise 9', 'microtask', by('flushLog', 85)),
  entry(94, 'flushLog', 'immediate', by('flushLog', 85), 48, { nextTick: true }),
];
const alive = [
  { id: 13, kind: 'accept', text: 'server: [::]:8080', source: at(60) },
  { id: 70, kind: 'read', text: 'socket: 127.0.0.1:40112 → 10.0.0.7:5432', source: at(9) },
  { id: 16, kind: 'timer', text: 'timer saveCarts', dueInMs: 4100, source: at(30) },
  { id: 92, kind: 'timer', text: 'timer sleep', dueInMs: 240, source: at(25) },
  { id: 90, kind: 'fs', text: 'file system request', source: at(35) },
];

/** `scene`: node, nodeIdle, nodePast. */
export function nodeScene(scene) {
  const idle = scene === 'nodeIdle';
  const past = scene === 'nodePast';
  const queues = { ready: idle ? [] : past ? [every, ...soon] : soon, waiting, timers, callbacks };
  const mode = idle ? 'running' : 'paused';
  const callback = past || idle ? (past ? 4 : 5) : 4;
  const state = (level) => ({
    mode, target: 'node', level, cost: 0.021, live: !past,
    ...(past && { fidelity: 'Tasks are shown as they were read in tick 30; what they did since is not known.' }),
    cursor: { loop: 1, tick: 41, callback }, firstTick: 1, lastTick: past ? 44 : 41, loop: 1,
    loops: [{ id: 1, name: 'main', thread: 'main', state: idle ? 'running' : 'stopped' }],
    phase: idle ? 'poll' : past ? 'timers' : 'microtasks',
    counts: { ready: queues.ready.length, waiting: 4, timers: 3, tasks: 2 },
    clockMs: 41_000, lossy: false, breakpoints: [],
    ...(!idle && { stopped: { reason: 'step', text: 'Paused before a callback of tick 41', breakpoints: [] } }),
  }); // prettier-ignore
  const rowsOf = (queue) => (queue === 'callbacks' && !past ? callbacks.slice(0, callback) : queues[queue]);
  return {
    session: { kind: 'active', name: 'server.js', target: 'node' },
    state,
    answers: {
      'tickscope/rows': ({ queue, start, count }) => {
        const all = rowsOf(queue);
        return { total: all.length, rows: all.slice(start, start + count) };
      },
      'tickscope/alive': () => ({ rows: alive }),
      'tickscope/task': () => ({
        task: 500, name: 'checkout', state: 'waiting', coroutine: 'checkout', source: at(22), sinceTick: 30, ageMs: 11_000,
        steps: 0, busyMs: 0, readyMs: 0, waitingMs: 11_000, reason: waiting[1].reason, awaitedBy: [501], awaiting: [],
        chain: [
          { name: 'handler', path: at(14).path, line: 14, user: true },
          { name: 'checkout', path: at(22).path, line: 22, user: true },
        ],
        causes: [io('socket read: 10.0.0.7:5432'), by('HTTP request', 80, 30), io('HTTP request')],
        sentence: 'checkout waits for data from 10.0.0.7:5432 since tick 30 (server.js:22), which was made at server.js:9.',
        history: [{ tick: 30, state: 'waiting' }],
      }),
    },
  }; // prettier-ignore
}
