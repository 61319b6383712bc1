import assert from 'node:assert/strict';
import { GrowingQueues } from '../../../src/analysis/growingQueue';
import { Incidents } from '../../../src/analysis/incidents';
import { Definitions } from '../../../src/model/definitions';
import type { Sample, Told } from '../../../src/wire/messages';
import { RESULT, ROLE } from '../../../src/wire/schema';

const WORK = 3;
const SLEEP = 4;
const CALLBACK = 5;
const NATIVE = 6;
const INTERNAL = 7;
const TASK = 10;
const OTHER = 11;
const FUTURE = 0x7000;

/** A loop whose time the test sets. */
class Loop {
  readonly names = new Definitions();
  readonly incidents: Incidents;
  time = 100;
  ticks = 0;

  constructor(target: 'asyncio' | 'node' = 'asyncio') {
    this.names.define({ code: WORK, name: 'work', path: '/app/app.py', line: 3, role: ROLE.USER });
    this.names.define({ code: CALLBACK, name: 'beat', path: '/app/app.py', line: 30, role: ROLE.USER });
    this.names.define({ code: SLEEP, name: '_wake', path: '/lib/futures.py', line: 1, role: ROLE.SLEEP });
    this.names.defineTask(TASK, 0, WORK, 'worker-1', 1);
    this.names.defineTask(OTHER, 0, WORK, 'worker-2', 1);
    this.incidents = new Incidents(this.names, target, 100);
    this.incidents.began(100);
  }
  tick(ready = 1): this {
    this.incidents.tick(++this.ticks, this.time, ready);
    return this;
  }
  ran(seconds: number, { actor = TASK, result = FUTURE, since = this.time } = {}): this {
    const start = this.time;
    this.time += seconds;
    this.incidents.ran(this.ticks, actor, result, since, start, this.time);
    return this;
  }
  due(when: number, actor = OTHER): this {
    this.incidents.due(this.ticks + 1, when, this.time, actor, SLEEP);
    return this;
  }
  sample(elapsed: number, at: number, line = 12): this {
    const frame = { name: 'work', path: '/app/app.py', line, user: true };
    const library = { name: 'sleep', path: '/lib/time.py', line: 1, user: false };
    const message: Sample = {
      type: 'sample',
      loop: 1,
      actor: TASK,
      elapsed,
      t: at,
      frames: [frame, library],
    };
    this.incidents.sample(message, at, this.ticks);
    return this;
  }
  told(what: Told['what'], text: string, more: Partial<Told> = {}): this {
    const message: Told = {
      type: 'told',
      loop: 1,
      what,
      task: 0,
      text,
      path: '/app/app.py',
      line: 7,
      t: 0,
      ...more,
    };
    this.incidents.told(message, this.ticks);
    return this;
  }
  said(tick = this.ticks, live = false): [string, string][] {
    return this.incidents.findings(tick, live).map(({ kind, sentence }) => [kind, sentence]);
  }
  kinds(): string[] {
    return this.said().map(([kind]) => kind);
  }
}

describe('incidents', () => {
  it('of a slow callback name the line that was seen to block, how often, and when', () => {
    const loop = new Loop().tick().sample(0.15, 100.15).ran(0.35).tick().ran(0.01).tick().ran(0.5);
    assert.deepEqual(loop.said(), [
      [
        'slow-callback',
        'work, in task worker-1, ran for 500 ms in tick 3 without giving the loop back; it was in work (app.py:12) when it was looked at; 2 times so far, the worst in tick 3.',
      ],
    ]);
    const [finding] = loop.incidents.findings(9, false);
    assert.deepEqual(
      [finding.ticks, finding.tasks, finding.source],
      [[1, 3], [TASK], { path: '/app/app.py', line: 12 }],
    );
    assert.match(loop.said(2)[0][1], /ran for 350 ms in tick 1/, 'nothing of what was still to come');
    assert.deepEqual(loop.said(0), []);
  });

  it('of a callback that has not ended yet are told while it runs', () => {
    const loop = new Loop().tick().ran(0.01).sample(2, 102.5);
    assert.deepEqual(loop.said(), []);
    assert.deepEqual(loop.said(1, true), [
      [
        'slow-callback',
        'work, in task worker-1, has run for more than 2.0 s in tick 1 without giving the loop back (app.py:12).',
      ],
    ]);
    assert.deepEqual(loop.ran(3).said(1, true).length, 1);
  });

  it('are none where callbacks are quick', () => {
    const loop = new Loop();
    for (let i = 0; i < 1000; i++)
      loop
        .tick(2)
        .ran(0.02)
        .ran(0.09, { actor: CALLBACK })
        .due(loop.time - 0.1);
    assert.deepEqual(loop.kinds(), []);
  });

  it('of a timer that callbacks delayed name the one that did', () => {
    const loop = new Loop().tick().ran(0.01).tick().ran(0.6).due(100.1);
    assert.deepEqual(loop.said()[1], undefined);
    loop.tick();
    assert.deepEqual(loop.said()[1], [
      'late-timer',
      'The sleep of worker-2 (app.py:3) was 510 ms late in tick 3: work, in task worker-1, ran meanwhile (app.py:3).',
    ]);
  });

  it('are none of a timer for which the loop overslept, or that was due before the loop ran again', () => {
    const loop = new Loop().tick().ran(0.01).tick().ran(0.01);
    loop.due(100.5); // nothing ran since 100.02
    loop.time = 200;
    loop.incidents.began(200);
    loop.due(100.5);
    assert.deepEqual(loop.tick().kinds(), []);
  });

  it('of starvation need more than one burst, and no slow callback as its reason', () => {
    const burst = (loop: Loop) => {
      const since = loop.time;
      for (let i = 0; i < 20; i++) loop.ran(0.05, { actor: CALLBACK });
      return loop.ran(0.001, { since }).tick();
    };
    const loop = burst(new Loop().tick());
    assert.deepEqual(burst(loop).kinds(), []);
    assert.deepEqual(burst(loop).kinds(), ['starvation']);
    assert.match(
      loop.said()[0][1],
      /^worker-1 stood in ready for 1\.0 s before it ran in tick \d+ \(app\.py:3\): .*3 times/,
    );
    const slow = new Loop().tick();
    for (let i = 0; i < 5; i++) {
      const since = slow.time;
      slow.ran(2, { actor: CALLBACK }).ran(0.001, { since }).tick();
    }
    assert.deepEqual(
      slow.incidents.findings(9, false).map(({ kind }) => kind),
      ['slow-callback'],
    );
  });

  it('of a task that spins', () => {
    const spun = (step: number, result: number = RESULT.YIELDED) => {
      const loop = new Loop();
      for (let i = 0; i < 50_000; i++) {
        loop.tick().ran(step, { result });
        loop.time += 20e-6;
      }
      return loop.kinds();
    };
    assert.deepEqual(spun(10e-6), ['spinning']);
    assert.deepEqual(spun(10e-6, FUTURE), [], 'it waited for something');
    assert.deepEqual(spun(1e-3), [], 'it worked');
    const often = new Loop();
    for (let i = 0; i < 50_000; i++)
      often.tick().ran(10e-6, { result: i % 1000 === 0 ? FUTURE : RESULT.YIELDED });
    assert.deepEqual(often.kinds(), []);
  });

  it('of a ready queue that only grows', () => {
    const grown = (length: (second: number) => number) => {
      const loop = new Loop();
      for (let second = 0; second < 20; second++) {
        loop.time++;
        loop.tick(length(second));
      }
      return loop.kinds();
    };
    assert.deepEqual(
      grown((s) => 1000 + s * 500),
      ['growing-queue'],
    );
    assert.deepEqual(
      grown((s) => 10 + s),
      [],
    );
    assert.deepEqual(
      grown((s) => 20_000 + (s % 5) * 10_000),
      [],
    );
  });

  it('of a queue of the program that is longer at every look', () => {
    const grown = (size: (look: number) => number | undefined) => {
      const queues = new GrowingQueues();
      for (let look = 0; look < 20; look++) {
        const long = size(look);
        const told = long === undefined ? {} : { queues: [{ id: 7, name: 'jobs', size: long }] };
        queues.look(look + 1, look, { waits: [], things: [], ...told });
      }
      return queues.findings(100).map(({ sentence }) => sentence);
    };
    assert.deepEqual(
      grown((look) => 1000 + look * 500),
      [
        'Queue jobs grew from 4500 to 9000 items between tick 8 and tick 17, within 9 s, longer at every look: more is put than taken out, and it has no maxsize.',
      ],
    );
    assert.deepEqual(
      grown((look) => (look < 8 ? 3000 + look * 3000 : 30_000 - look * 1000)),
      [],
      'filled, then drained',
    );
    assert.deepEqual(
      grown((look) => (look % 6 === 5 ? undefined : 2000 + look * 4000)),
      [],
      'short now and then',
    );
  });

  it('that the runtime reports are told once, with how often', () => {
    const loop = new Loop().tick();
    for (let i = 0; i < 3; i++) loop.told('never-awaited', "coroutine 'fetch' was never awaited");
    loop.told('never-retrieved', "ValueError('no')", { task: TASK, line: 9 });
    loop.told('destroyed-pending', 'Task was destroyed but it is pending!', {
      task: OTHER,
      path: '',
      line: 0,
    });
    assert.deepEqual(loop.said(), [
      ['never-awaited', "Coroutine 'fetch' was never awaited, so it never ran (app.py:7); 3 times so far."],
      ['never-retrieved', "Nobody ever asked for the exception of worker-1: ValueError('no') (app.py:9)."],
      ['destroyed-pending', 'worker-2 was destroyed before it had ended: nothing referred to it any more.'],
    ]);
  });

  it('that the runtime reports are told with their place, where that was not always seen', () => {
    const loop = new Loop().tick();
    const text = "coroutine 'save' was never awaited";
    const unseen = { path: '', line: 0 };
    loop.told('never-awaited', text, unseen).told('never-awaited', text, unseen);
    const said = (end: string) => [
      ['never-awaited', `Coroutine 'save' was never awaited, so it never ran${end}.`],
    ];
    assert.deepEqual(loop.said(), said('; 2 times so far'));
    loop.told('never-awaited', text);
    assert.deepEqual(loop.said(), said(' (app.py:7); 3 times so far'));
    loop.told('never-awaited', text, { line: 9 });
    assert.deepEqual(loop.said(), [...said(' (app.py:7)'), ...said(' (app.py:9)')]);
  });

  it('are silent about what lies around lost events', () => {
    const loop = new Loop().tick().ran(0.01);
    loop.incidents.lost();
    loop.ran(5).due(100);
    loop.tick().ran(0.01, { since: 100 }).due(100.02).tick();
    assert.deepEqual(loop.kinds(), []);
    assert.deepEqual(loop.ran(5).kinds(), ['slow-callback']);
  });

  it('of Node are told of functions of the user’s only, and not of loading', () => {
    const loop = new Loop('node').tick().ran(5, { actor: CALLBACK });
    assert.deepEqual(loop.kinds(), []);
    loop.tick().ran(5, { actor: 0 });
    assert.deepEqual(loop.kinds(), []);
    loop.ran(5, { actor: CALLBACK });
    assert.match(
      loop.said()[0][1],
      /^beat ran for 5\.0 s in tick 2 without giving the loop back \(app\.py:30\)\.$/,
    );
  });

  it('of Node tell of late timers of the user’s, not of Node’s own', () => {
    const loop = new Loop('node').tick().tick();
    loop.names.define({ code: NATIVE, name: '', path: '', line: 0, role: ROLE.LIBRARY });
    loop.names.define({ code: INTERNAL, name: 'onTimeout', path: 'node:net', line: 3, role: ROLE.USER });
    loop.ran(1.3, { actor: CALLBACK });
    for (const code of [CALLBACK, NATIVE, INTERNAL]) loop.incidents.due(2, 100, 101.3, 0, code);
    assert.deepEqual(loop.said().slice(1), [
      [
        'late-timer',
        'The timer of beat (app.py:30) was 1.3 s late in tick 2: beat ran meanwhile (app.py:30).',
      ],
      ['late-timer', 'A timer was 1.3 s late in tick 2: beat ran meanwhile (app.py:30).'],
    ]);
  });

  it('of Node tell what stood in ready for long, but not for the sake of one slow callback', () => {
    const loop = new Loop('node').tick().tick();
    for (let i = 0; i < 3; i++) loop.incidents.stood(2 + i, CALLBACK, 100 + i, 100.6 + i);
    assert.deepEqual(
      loop.incidents.findings(9, false).map(({ kind }) => kind),
      ['starvation'],
    );
    const slow = new Loop('node').tick().tick().ran(3, { actor: CALLBACK });
    for (let i = 0; i < 3; i++) slow.incidents.stood(2 + i, CALLBACK, 100, 103);
    assert.deepEqual(
      slow.incidents.findings(9, false).map(({ kind }) => kind),
      ['slow-callback'],
    );
  });

  it('of Node tell of nextTicks that keep the loop from all else, once for each row of them', () => {
    const loop = new Loop('node').tick();
    loop.incidents.drained(1, CALLBACK, 99, 100, 101);
    loop.incidents.drained(1, CALLBACK, 200, 101, 101.4);
    assert.deepEqual(loop.kinds(), []);
    for (const end of [101.6, 102.5]) loop.incidents.drained(1, CALLBACK, 300 * end, 101, end);
    assert.deepEqual(loop.said(), [
      [
        'starvation',
        'Nothing else could run for 1.5 s in tick 1: nextTicks and microtasks scheduled one another, 30750 in a row, the last of them beat (app.py:30).',
      ],
    ]);
  });

  it('of Node tell of setImmediate that only asks for setImmediate, where that takes all the time there is', () => {
    const spun = (steps: number, seconds: number) => {
      const loop = new Loop('node').tick();
      loop.incidents.relayed(1, CALLBACK, steps, 100, 100 + seconds);
      return loop.kinds();
    };
    assert.deepEqual(spun(100_000, 1.1), ['spinning']);
    assert.deepEqual(spun(100_000, 0.9), [], 'not for long');
    assert.deepEqual(spun(100_000, 5), [], 'it does something in between');
    assert.deepEqual(spun(10_000, 1.1), []);
  });
});
