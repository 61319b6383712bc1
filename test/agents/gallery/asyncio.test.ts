/**
 * The gallery of asyncio programs under the whole adapter: in each of test/fixtures/programs/stuck what is wrong is found
 * and nothing else, in those of healthy nothing at all, at any moment, running and standing.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { LaunchArguments } from '../../../src/adapter/contract';
import { type Interpreter, interpreters } from '../python/client';
import { Lanes } from './lanes';
import { ANY, BUSY_MACHINE_MS, type Expected, playHealthy, playStuck } from './play';

const PROGRAMS = path.resolve(import.meta.dirname, '../../fixtures/programs');
/** At a time; more would make each of them slow, and so find what only the machine is to blame for. */
const LANES = 3;

interface Stuck {
  /** What the program has written when it is as it is to stay. */
  after: RegExp;
  found: Expected[];
  /** The least Python 3 that has what it uses. */
  from?: number;
  also?: Partial<LaunchArguments>;
}

const deadlock = (tasks: string[], sentence: RegExp): Expected => ({
  kind: 'deadlock',
  certainty: 'proved',
  tasks,
  sentence,
});
const orphan = (tasks: string[], sentence: RegExp): Expected => ({
  kind: 'orphan',
  certainty: 'proved',
  tasks,
  sentence,
});
const stuck = (task: string, sentence: RegExp): Expected => ({
  kind: 'stuck',
  certainty: 'suspected',
  tasks: [task],
  sentence,
});
/** Where nothing else is left in the program, that is said, too. */
const stall = (...tasks: string[]): Expected => ({
  kind: 'stall',
  certainty: 'proved',
  tasks,
  sentence:
    /^Nothing can wake the loop after tick \d+: it has no timer and watches no file descriptor, and .* for ever\.$/,
});

const NO_SLOW = { slowCallbackMs: BUSY_MACHINE_MS };

const STUCK: Record<string, Stuck> = {
  barrier_short: {
    after: /ben is here/,
    from: 11,
    found: [
      orphan(
        ['ann', 'ben'],
        /^ann waits for barrier barrier since .*:8\); nobody else comes; so does ben; Task-1 waits/,
      ),
    ],
  },
  cancel_swallowed: {
    after: /ignored CancelledError/,
    found: [
      orphan(
        ['worker'],
        /^worker waits for an item of queue self\.jobs \(0 inside\).*; nobody puts; Task-1 and close/,
      ),
    ],
  },
  condition: {
    after: /evicted/,
    found: [
      orphan(
        ['writer'],
        /^writer waits for condition self\.changed since .*:17\); nobody notifies it; Task-1 waits/,
      ),
    ],
  },
  condition_nested: {
    after: /adding/,
    found: [
      deadlock(
        ['take', 'add'],
        /^take waits for condition self\.filled that only add could notify .*, which waits for lock self\.lock held by take/,
      ),
    ],
  },
  connect_hangs: {
    after: /connecting/,
    found: [
      stuck(
        'connect',
        /^connect waits for a connection to 127\.0\.0\.1:\d+ since tick 2 \(connect_hangs.py:8\); .* so far/,
      ),
    ],
  },
  cross_wait: {
    after: /starting/,
    found: [
      deadlock(
        ['database', 'cache'],
        /^database waits for task cache .*, which waits for task database .*; neither/,
      ),
    ],
  },
  destroyed_pending: {
    after: /collected/,
    found: [
      { kind: 'destroyed-pending', certainty: 'proved', tasks: ['listen'], sentence: /listen.*destroyed/i },
    ],
  },
  event_never_set: {
    after: /no port/,
    found: [
      orphan(
        ['request-0', 'request-1', 'request-2'],
        /^request-0 waits for event server\.ready since .*:18\); nobody sets it; so do request-1 and request-2; Task-1/,
      ),
      stall('Task-1', 'request-0', 'request-1', 'request-2'),
    ],
  },
  events_mutual: {
    after: /started/,
    found: [
      deadlock(
        ['frontend', 'backend'],
        /^frontend waits for event theirs that only backend could set .*, which waits for event theirs that only frontend/,
      ),
    ],
  },
  executor_blocks: {
    after: /asked/,
    found: [
      stuck(
        'approve',
        /^approve waits for a job in an executor \(running\) since .*:20\).*; Task-1 waits for it\.$/,
      ),
    ],
  },
  executor_full: {
    after: /rendering/,
    found: [
      stuck('Task-1', /^Task-1 waits for a job in an executor \(running\) since .*:25\)/),
      stuck('Task-2', /^Task-2 waits for a job in an executor \(pending\) since .*:19\)/),
    ],
  },
  future_lost: {
    after: /asked/,
    found: [
      orphan(['ask'], /^ask waits for future answer since .*:22\); nobody sets it; Task-1 waits for it\.$/),
    ],
  },
  future_waiting: {
    after: /asked/,
    found: [stuck('ask', /^ask waits for future answer since .*:9\); .* so far; Task-1 waits for it\.$/)],
  },
  gather_child: {
    after: /loading/,
    found: [
      orphan(
        ['footer'],
        /^footer waits for event loaded since .*:13\); nobody sets it; Task-1 waits for it\.$/,
      ),
    ],
  },
  generator_holds_lock: {
    after: /found 2/,
    // A generator may be gone on with by the loop's own end, so nothing is proved.
    found: [
      {
        kind: 'deadlock',
        certainty: 'suspected',
        tasks: ['clean'],
        sentence:
          /^clean waits for lock self\.lock, which it holds itself, since .*; it can never go on; Task-1 waits/,
      },
    ],
  },
  group_child: {
    after: /nothing new/,
    from: 11,
    found: [
      orphan(
        ['receive'],
        /^receive waits for event news since .*:6\); nobody sets it; Task-1 waits for it\.$/,
      ),
    ],
  },
  growing_queue: {
    after: /arriving/,
    also: NO_SLOW,
    found: [
      {
        kind: 'growing-queue',
        certainty: 'suspected',
        tasks: [],
        sentence: /^Ready grew from \d+ to \d+ callbacks between tick \d+ and tick \d+, within \d+ s/,
      },
    ],
  },
  growing_jobs: {
    after: /taking orders/,
    found: [
      {
        kind: 'growing-queue',
        certainty: 'suspected',
        tasks: [],
        sentence:
          /^Queue orders grew from \d+ to \d+ items between tick \d+ and tick \d+, within \d+ s, longer at every look: more is put than taken out, and it has no maxsize\.$/,
      },
    ],
  },
  late_timer: {
    after: /blink/,
    also: NO_SLOW,
    found: [
      {
        kind: 'late-timer',
        certainty: 'proved',
        tasks: ['blink'],
        sentence:
          /^The sleep of blink \(late_timer\.py:10\) was .* late in tick \d+: other callbacks ran meanwhile\.$/,
      },
    ],
  },
  lock_and_queue: {
    after: /producing/,
    found: [
      deadlock(
        ['consumer', 'producer'],
        /^consumer waits for an item of queue jobs \(0 inside\) that only producer could put .*, which waits for lock lock held by consumer/,
      ),
    ],
  },
  lock_holder_failed: {
    after: /./,
    found: [
      orphan(
        ['query'],
        /^query waits for lock lock held by migrate .*; migrate has ended without releasing it; Task-1/,
      ),
    ],
  },
  lock_order: {
    after: /./,
    found: [
      deadlock(
        ['alice-to-bob', 'bob-to-alice'],
        /^alice-to-bob waits for lock bob\.lock held by bob-to-alice .*:15\), which waits for lock alice\.lock held by alice-to-bob .*; neither can go on; Task-1 waits for them\.$/,
      ),
    ],
  },
  lock_order_acquire: {
    after: /working/,
    found: [
      deadlock(
        ['import', 'vacuum'],
        /^import waits for lock rows held by vacuum .*:9\), which waits for lock tables held by import .*:19\); neither can go on; Task-1 and report wait/,
      ),
      stall('Task-1', 'import', 'vacuum', 'report'),
    ],
  },
  lock_twice: {
    after: /refreshing/,
    found: [
      deadlock(
        ['refresh'],
        /^refresh waits for lock lock, which it holds itself, since .*; it can never go on; Task-1/,
      ),
    ],
  },
  never_awaited: {
    after: /saved/,
    found: [
      {
        kind: 'never-awaited',
        certainty: 'proved',
        tasks: [],
        sentence: /coroutine 'save' was never awaited.*never_awaited\.py:14/i,
      },
    ],
  },
  never_retrieved: {
    after: /handled/,
    found: [
      {
        kind: 'never-retrieved',
        certainty: 'proved',
        tasks: ['notify'],
        sentence: /ConnectionError: ann has no phone/,
      },
    ],
  },
  own_friend: {
    after: /planning floor/,
    found: [
      deadlock(
        ['roof', 'walls', 'floor'],
        /^roof waits for task walls .* task floor .* task roof .*none of them can go on/,
      ),
    ],
  },
  pool_exhausted: {
    after: /requesting/,
    found: [
      orphan(
        ['request-1', 'request-2'],
        /^request-1 waits for an item of queue self\.free .*; nobody puts; so does request-2/,
      ),
    ],
  },
  queue_full: {
    after: /store ended/,
    found: [
      orphan(
        ['produce'],
        /^produce waits for room in queue rows \(2 inside\) .*; nobody takes anything out; Task-1/,
      ),
    ],
  },
  queue_join: {
    after: /line two/,
    found: [
      orphan(
        ['Task-1', 'consumer'],
        /^Task-1 waits for the end of queue lines \(1 unfinished\) .*; nobody calls task_done/,
      ),
      stall('Task-1', 'consumer'),
    ],
  },
  queue_no_producer: {
    after: /page\/2/,
    found: [
      orphan(
        ['consumer'],
        /^consumer waits for an item of queue urls \(0 inside\) .*; nobody puts; Task-1 waits for it/,
      ),
    ],
  },
  rwlock: {
    after: /editing/,
    found: [
      orphan(['ann', 'ben'], /^ann waits for condition self\.left .*; nobody notifies it; so does ben/),
    ],
  },
  semaphore_leak: {
    after: /failed 2/,
    found: [
      orphan(
        ['page-2', 'page-3'],
        /^page-2 waits for semaphore limit .*; nobody releases it; so does page-3; Task-1/,
      ),
      stall('Task-1', 'page-2', 'page-3'),
    ],
  },
  semaphores: {
    after: /started/,
    found: [
      deadlock(
        ['render', 'archive'],
        /^render waits for semaphore disk held by archive .*, which waits for semaphore cpu held by render/,
      ),
    ],
  },
  semaphores_acquire: {
    after: /started/,
    found: [
      deadlock(
        ['Task-1', 'render', 'archive'],
        /which waits for semaphore disk that only archive could release .*, which waits for semaphore cpu that only Task-1 or render could release/,
      ),
    ],
  },
  service_lock: {
    after: /serving/,
    found: [
      deadlock(
        ['users', 'orders'],
        /^users waits for lock orders\._lock held by orders .*, which waits for lock users\._lock held by users/,
      ),
    ],
  },
  shielded: {
    after: /cancelled/,
    found: [
      orphan(
        ['commit'],
        /^commit waits for lock lock held by edit .*; edit has ended without releasing it; Task-1/,
      ),
      stall('Task-1', 'commit'),
    ],
  },
  silent_peer: {
    after: /asked/,
    found: [
      stuck(
        'fetch',
        /^fetch waits for data from 127\.0\.0\.1:\d+ since .*:16\); .* so far; Task-1 waits for it\.$/,
      ),
    ],
  },
  slow_compute: {
    after: /handled/,
    found: [
      {
        kind: 'slow-callback',
        certainty: 'proved',
        tasks: ['handle'],
        sentence:
          /^handle, in task handle, ran for [\d.]+ m?s in tick 3 without giving the loop back; it was in checksum \(slow_compute\.py:(8|9|10)\) when it was looked at\.$/,
      },
    ],
  },
  slow_sleep: {
    after: /handled/,
    found: [
      {
        kind: 'slow-callback',
        certainty: 'proved',
        tasks: ['Task-1'],
        sentence:
          /^main, in task Task-1, ran for [\d.]+ m?s .*; it was in rate_limit \(slow_sleep\.py:7\) when it was looked at/,
      },
    ],
  },
  spinning: {
    after: /waiting/,
    found: [
      {
        kind: 'spinning',
        certainty: 'suspected',
        tasks: ['waiting'],
        sentence: /^waiting has been run \d+ times in a row .*\(spinning\.py:9\), and only yielded each time/,
      },
    ],
  },
  stalled: {
    after: /listening/,
    found: [
      orphan(['Task-1'], /^Task-1 waits for future data since tick 1 \(stalled.py:22\); nobody sets it\.$/),
      stall('Task-1'),
    ],
  },
  starvation: {
    after: /turns/,
    also: NO_SLOW,
    found: [
      {
        kind: 'starvation',
        certainty: 'proved',
        tasks: ANY,
        sentence:
          /^body-\d+ stood in ready for [\d.]+ m?s before it ran in tick \d+ \(starvation\.py:12\): too many other/,
      },
      {
        kind: 'starvation',
        certainty: 'proved',
        tasks: ['Task-1'],
        sentence: /^Task-1 stood in ready for .*\(starvation\.py:18\): too many other/,
      },
    ],
  },
  subprocess_endless: {
    after: /converting/,
    found: [
      stuck('convert', /^convert waits for process \d+ since .*:9\); .* so far; Task-1 waits for it\.$/),
    ],
  },
  three_locks: {
    after: /thinking/,
    found: [
      deadlock(
        ['plato', 'kant', 'hume'],
        /^plato waits for lock forks\[1\] held by kant .*which waits for lock forks\[2\] held by hume .*which waits for lock forks\[0\] held by plato .*none of them/,
      ),
      stall('Task-1', 'plato', 'kant', 'hume'),
    ],
  },
  unreferenced: {
    after: /listening/,
    found: [
      orphan(['listen'], /^listen waits for future message since tick 2 .*; nobody sets it\.$/),
      {
        kind: 'unreferenced',
        certainty: 'proved',
        tasks: ['listen'],
        sentence: /^Nothing refers to listen but what it waits for, future message/,
      },
    ],
  },
  write_silent: {
    after: /uploading/,
    found: [stuck('upload', /^upload waits for room to write to 127\.0\.0\.1:\d+ since .*:11\); .* so far/)],
  },
};

/** What only newer Pythons have, and what needs Debian's libraries. */
const FROM: Record<string, number> = { barrier: 11, task_groups: 11, timeout_scopes: 11, eager_tasks: 12 };
const LIBRARIES = new Set(['aiohttp_service', 'fastapi_service', 'websockets_idle']);

const found = interpreters();
const newest = (from: number) => found.filter(({ version }) => version[1] >= from).at(-1);
const system = found.find(({ path: python }) => python === '/usr/bin/python3');

function gallery(
  title: string,
  plays: Map<string, { python?: Interpreter; play: () => Promise<void> }>,
): void {
  describe(title, function () {
    this.timeout(60_000);
    const lanes = new Lanes(LANES);
    before(() =>
      lanes.begin(
        new Map([...plays].flatMap(([name, { python, play }]) => (python ? [[name, play] as const] : []))),
      ),
    );
    for (const [name, { python, play }] of plays)
      it(`${name}${python ? `, ${python.version.join('.')}` : ''}`, function () {
        if (!python) return this.skip();
        return lanes.take(name, play);
      });
  });
}

const programOf = (folder: string, name: string) => path.join(PROGRAMS, folder, `${name}.py`);

gallery(
  'stuck asyncio programs: what is wrong, and nothing else',
  new Map(
    Object.entries(STUCK).map(([name, { after, found: expected, from, also }]) => {
      const python = newest(from ?? 8);
      const launch = {
        program: programOf('stuck', name),
        runtimeExecutable: python?.path,
        ...also,
      };
      return [name, { python, play: () => playStuck(launch, after, expected) }];
    }),
  ),
);

const healthy = readdirSync(path.join(PROGRAMS, 'healthy'))
  .filter((file) => file.endsWith('.py'))
  .map((file) => path.basename(file, '.py'));

gallery(
  'healthy asyncio programs: nothing is found',
  new Map(
    healthy.map((name) => {
      const python = LIBRARIES.has(name) ? system : newest(FROM[name] ?? 8);
      const launch = { program: programOf('healthy', name), runtimeExecutable: python?.path };
      return [name, { python, play: () => playHealthy(launch, LIBRARIES.has(name) ? ['late-timer'] : []) }];
    }),
  ),
);

describe('the gallery of asyncio programs', () => {
  it('has thirty of each kind at least, and a line here for each that is stuck', () => {
    const programs = readdirSync(path.join(PROGRAMS, 'stuck')).filter((file) => file.endsWith('.py'));
    assert.deepEqual(programs.map((file) => path.basename(file, '.py')).sort(), Object.keys(STUCK).sort());
    assert.ok(programs.length >= 30 && healthy.length >= 30);
  });
});
