/** Stops and steps of plain Node programs, at the wire. */
import assert from 'node:assert/strict';
import path from 'node:path';
import type { TickBreakpoint } from '../../../src/adapter/contract';
import type { Welcome } from '../../../src/wire/messages';
import { MAJORS, nodeNumbered, plainly, Suite, type Node, type Program } from './worker';

/** Every kind of callback; the order is Node's. */
const PHASES = `const fs = require('node:fs');
const log = (text) => console.log(text);
function immediate() { log('immediate'); process.nextTick(function tick() { log('tick') }); }
function late() { log('late') }
function soon() { log('soon'); setImmediate(immediate); setTimeout(late, 20); }
fs.stat(__filename, function read() { log('read'); setTimeout(soon, 5) });
log('main');
`;

describe('stops of plain Node programs', function () {
  this.timeout(60_000);
  const suite = new Suite('node');
  let node: Node;
  before(async () => {
    node = await nodeNumbered(22);
  });

  const start = (source: string, welcome: Partial<Welcome> = {}, on = node): Promise<Program> =>
    suite.start(on, { 'app.js': source }, { welcome });

  /** Texts of all stops, until the program has ended as it does without us. */
  async function stops(source: string, breakpoints: TickBreakpoint[]): Promise<string[]> {
    const program = await start(source, { breakpoints });
    const alone = await plainly(node, ['app.js'], { cwd: suite.folder });
    const told: string[] = [];
    for (;;) {
      const stop = await Promise.race([program.next('stopped'), program.end()]).catch(() => undefined);
      if (stop === undefined || !('type' in stop)) break;
      told.push(`${stop.breakpoints.join()} ${stop.text.replace(/^Paused on tick \d+:? ?/, '')}`.trim());
      await program.ask('continue', {});
    }
    assert.deepEqual(await program.end(), alone);
    return told;
  }

  for (const major of MAJORS)
    it(`steps from callback to callback, in Node's own order, ${major}`, async () => {
      const program = await start(PHASES, { stopOnEntry: true }, await nodeNumbered(major));
      const seen: string[] = [];
      for (;;) {
        const stop = await Promise.race([program.next('stopped'), program.end()]).catch(() => undefined);
        if (stop === undefined || !('type' in stop)) break;
        const { frames } = await program.ask('stack', { loop: 1 });
        seen.push(frames.filter(({ user }) => user).map(({ name, line }) => `${name}:${line}`)[0] ?? '-');
        await program.ask('step', { kind: 'callback' });
      }
      assert.equal((await program.end()).stdout, 'main\nread\nsoon\nimmediate\ntick\nlate\n');
      assert.deepEqual(
        seen.filter((name) => name !== '-'),
        ['(main):1', 'read:6', 'soon:5', 'immediate:3', 'tick:3', 'late:4'],
      );
    });

  /** What stands; it is let go by `ask`. */
  const inFrame = async (program: Program, expression: string): Promise<string> => {
    const { frames } = await program.ask('stack', { loop: 1 });
    const { value } = await program.ask('evaluate', {
      expression,
      frame: (frames.findLast(({ user }) => user) ?? frames.at(-1))?.id,
      context: 'repl',
    });
    return value;
  };

  it('stops on entry, at ticks, and runs to a tick', async () => {
    const source = `let n = 0; function turn() { if (++n < 3000) setImmediate(turn); } setImmediate(turn);`;
    const program = await start(source, { stopOnEntry: true });
    const entry = await program.next('stopped');
    assert.deepEqual(
      [entry.reason, entry.text, entry.at, entry.resource],
      ['entry', 'Paused on entry, before the first callback of tick 1', 'gate', 1],
    );
    await program.ask('step', { kind: 'tick' });
    const second = await program.next('stopped');
    assert.match(second.text, /^Paused on tick \d+$/);
    const before = Number(/\d+/.exec(second.text)?.[0]);
    assert.equal(await inFrame(program, 'n'), '0');
    await program.ask('step', { kind: 'runTo', tick: 2500 });
    assert.equal((await program.next('stopped')).text, 'Paused on tick 2500');
    assert.equal(await inFrame(program, 'n'), String(2500 - before));
    await assert.rejects(program.ask('step', { kind: 'runTo', tick: 7 }), /already; it cannot run to tick 7/);
    await program.ask('continue', {});
    assert.equal((await program.end()).code, 0);
  });

  it('says where it passed a tick without callbacks', async () => {
    // Node wakes for a timer that was refreshed meanwhile, finds nothing due, and sleeps again.
    const source = `const timer = setTimeout(() => {}, 40); setTimeout(function refresh() { timer.refresh() }, 20);`;
    const program = await start(source, {
      breakpoints: [{ id: 'a', place: 'callback', function: 'refresh' }],
    });
    const at = Number(/\d+/.exec((await program.next('stopped')).text)?.[0]);
    await program.ask('setBreakpoints', { breakpoints: [{ id: 'b', place: 'tick', at: at + 1 }] });
    await program.ask('step', { kind: 'runTo', tick: at + 1 });
    const stop = await program.next('stopped');
    assert.deepEqual(stop.breakpoints, ['b']);
    assert.equal(stop.text, `Paused on tick ${at + 2}: no callback ran in tick ${at + 1}`);
    await program.ask('continue', {});
    await program.end();
  });

  it('counts no tick for which the loop woke because of us', async () => {
    const source = `process.stdout.write('up'); setTimeout(function late() {}, 1000)`;
    const tick = async (pauses: number) => {
      const program = await start(source, {
        breakpoints: [{ id: 'a', place: 'callback', function: 'late' }],
      });
      await program.until(() => program.stdout === 'up');
      for (let count = 0; count < pauses; count++) {
        await program.ask('pause', {});
        assert.equal((await program.next('stopped')).at, 'poll');
        await program.ask('evaluate', {
          expression: 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)',
          context: 'repl',
        });
        await program.ask('continue', {});
      }
      const { text } = await program.next('stopped');
      await program.ask('continue', {});
      await program.end();
      return text;
    };
    assert.equal(await tick(3), await tick(0));
  });

  it('pauses a program that sleeps, at once and without a tick of its own', async () => {
    const program = await start(
      `process.stdout.write('up'); process.on('exit', () => console.log(' ' + ended));
       let ended; setTimeout(() => { ended = 'timer' }, 400);`,
    );
    await program.until(() => program.stdout === 'up');
    await program.ask('pause', {});
    const stop = await program.next('stopped');
    assert.equal(stop.at, 'poll');
    assert.match(stop.text, /^Paused while the loop slept, after tick \d+$/);
    assert.equal((await program.ask('evaluate', { expression: '1 + 1', context: 'repl' })).value, '2');
    await program.ask('continue', {});
    assert.equal((await program.end()).stdout, 'up timer\n');
  });

  for (const [what, source, said] of [
    [
      'in the middle of a long callback',
      `setTimeout(function spin() { process.stdout.write('up'); while (!globalThis.over); }, 1)`,
      'inside',
    ],
    [
      'in an endless chain of nextTicks',
      `function tick() { if (!globalThis.over) process.nextTick(tick) } process.nextTick(tick)`,
      'gate',
    ],
    [
      'in an endless chain of microtasks',
      `(async function spin() { while (!globalThis.over) await null })()`,
      'inside',
    ],
    [
      'in turns that never sleep',
      `function turn() { if (!globalThis.over) setImmediate(turn) } turn()`,
      'gate',
    ],
    ['in its main module', `globalThis.main = 1; while (!globalThis.over);`, 'inside'],
  ] as const)
    it(`pauses ${what}`, async () => {
      const program = await start(source.includes(`'up'`) ? source : `process.stdout.write('up');${source}`);
      await program.until(() => program.stdout === 'up');
      await program.ask('pause', {});
      const stop = await program.next('stopped');
      assert.equal(stop.at, said);
      await program.ask('evaluate', { expression: 'globalThis.over = true', context: 'repl' });
      await program.ask('continue', {});
      assert.equal((await program.end()).code, 0);
    });

  for (const major of MAJORS)
    it(`lets timers stand, and equal deadlines keep their order, ${major}`, async () => {
      const source = `const log = []; const say = (text) => () => log.push(text);
        setTimeout(say('240'), 240); setTimeout(say('a40'), 40); setTimeout(say('b40'), 40);
        const every = setInterval(() => { log.push('i160'); clearInterval(every) }, 160);
        setTimeout(say('unref'), 100).unref();
        setTimeout(function stopHere() {}, 10);
        process.on('exit', () => console.log(log.join()))`;
      const breakpoints: TickBreakpoint[] = [{ id: 'a', place: 'callback', function: 'stopHere' }];
      const program = await start(source, { breakpoints }, await nodeNumbered(major));
      await program.next('stopped');
      // Longer than all of them.
      await program.ask('evaluate', {
        expression: 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300)',
        context: 'repl',
      });
      await program.ask('continue', {});
      const { stdout } = await program.end();
      assert.equal(stdout, 'a40,b40,unref,i160,240\n');
    });

  it('runs nothing of the program while it stands, but for what an evaluation does', async () => {
    const source = `const log = []; Promise.resolve().then(() => log.push('then')); process.nextTick(() => log.push('tick'));
      setImmediate(function here() { console.log(log.join()) });
      setImmediate(() => { process.nextTick(() => log.push('late')); Promise.resolve().then(() => log.push('micro')) });
      setImmediate(function next() { console.log(log.join()) });`;
    const program = await start(source, { breakpoints: [{ id: 'a', place: 'callback', function: 'next' }] });
    await program.next('stopped');
    assert.equal(await inFrame(program, 'log.join()'), '"tick,then,late,micro"');
    await inFrame(
      program,
      'process.nextTick(() => log.push("asked")), setImmediate(() => console.log(log.join())), 0',
    );
    assert.equal(await inFrame(program, 'log.join()'), '"tick,then,late,micro"');
    await program.ask('continue', {});
    assert.equal(
      (await program.end()).stdout,
      'tick,then\ntick,then,late,micro\ntick,then,late,micro,asked\n',
    );
  });

  it('leaves what nobody catches as it is, also where it stopped', async () => {
    const source = `setTimeout(function fails() { throw new Error('wrong') }, 1)`;
    const file = { breakpoints: [{ id: 'a', place: 'callback', function: 'fails' } as const] };
    const program = await start(source, file);
    const alone = await plainly(node, [path.join(suite.folder, 'app.js')], { cwd: suite.folder });
    await program.next('stopped');
    await program.ask('continue', {});
    assert.deepEqual(await program.end(), alone);
    assert.equal(alone.code, 1);
  });

  it('answers what its loop and the function about to run hold', async () => {
    const source = `const held = { a: 1 }; const kept = setInterval(() => {}, 5000);
      setTimeout(function later() { clearInterval(kept); return held }, 1)`;
    const program = await start(source, { breakpoints: [{ id: 'a', place: 'callback', function: 'later' }] });
    await program.next('stopped');
    const { frames } = await program.ask('stack', { loop: 1 });
    assert.deepEqual(
      frames.map(({ name, line, user }) => [name, line, user]),
      [['later', 2, true]],
    );
    const { variables } = await program.ask('locals', { frame: frames[0].id });
    assert.match(variables[0].name, /closure/);
    const inner = await program.ask('variables', { ref: variables[0].ref });
    assert.deepEqual(inner.variables.find(({ name }) => name === 'held')?.value, '{a: 1}');
    const facts = await program.ask('inspect', { loop: 1 });
    assert.deepEqual(
      facts.variables.slice(0, 4).map(({ name }) => name),
      ['tick', 'ready', 'waiting', 'timers'],
    );
    await assert.rejects(
      program.ask('evaluate', { expression: 'nowhere', context: 'watch' }),
      /ReferenceError/,
    );
    await assert.rejects(program.ask('exception', { loop: 1 }), /not about an exception/);
    await program.ask('continue', {});
    await assert.rejects(
      program.ask('inspect', { loop: 1 }).then(() => program.ask('inspect', { loop: 1 })),
      /running|ended/,
    );
    await program.end();
  });

  const callback = (pattern: object): TickBreakpoint => ({ id: 'a', place: 'callback', ...pattern });

  it('stops before callbacks whose function or file matches', async () => {
    assert.deepEqual(await stops(PHASES, [callback({ function: 're*' })]), ['a callback read (app.js:6)']);
    assert.deepEqual(await stops(PHASES, [callback({ function: '[lt]?*', file: 'app.js' })]), [
      'a callback tick (app.js:3)',
      'a callback late (app.js:4)',
    ]);
    assert.deepEqual(await stops(PHASES, [callback({ file: 'elsewhere.js' })]), []);
    const sockets = `const net = require('node:net'); const { log } = console;
      const server = net.createServer(function arrived(socket) { socket.end(); server.close() });
      server.listen(0, () => net.connect(server.address().port).resume());`;
    assert.deepEqual(await stops(sockets, [callback({ function: 'arrived' })]), [
      'a callback arrived (app.js:2)',
    ]);
  });

  it('stops at timers: due, late, scheduled, cancelled', async () => {
    const source = `const gone = setTimeout(function gone() {}, 1000);
      setTimeout(function first() { const end = Date.now() + 500; while (Date.now() < end); }, 10);
      setTimeout(function second() { clearTimeout(gone); setTimeout(function third() {}, 5) }, 20);`;
    const on = async (what: string, rest: object = {}) =>
      (await stops(source, [{ id: 'a', place: 'timer', on: what, ...rest } as TickBreakpoint])).map((text) =>
        text.replace(/\d+ ms late/, 'late'),
      );
    assert.deepEqual(await on('due', { function: 'first' }), ['a timer first (app.js:2) is due']);
    assert.deepEqual(await on('late', { ms: 250 }), ['a timer second (app.js:3) is due late']);
    assert.deepEqual(await on('scheduled', { function: 'third' }), [
      'a timer third (app.js:3) was scheduled, due in 5 ms',
    ]);
    assert.deepEqual(await on('cancelled'), ['a timer gone (app.js:1) was cancelled']);
  });

  it('stops when a source is ready, by its descriptor or peer', async () => {
    const source = `const net = require('node:net');
      const server = net.createServer((socket) => { socket.on('data', () => { socket.end(); server.close() }) });
      server.listen(0, '127.0.0.1', () => net.connect(server.address().port, '127.0.0.1').end('x').resume());`;
    const told = await stops(source, [{ id: 'a', place: 'io', peer: '127.0.0.1:*', hitCondition: '<= 3' }]);
    assert.equal(told.length, 3);
    for (const text of told)
      assert.match(text, /^a (fd \d+|a source) \(127\.0\.0\.1:\d+( - 127\.0\.0\.1:\d+)?\) is ready$/);
    assert.deepEqual(await stops(source, [{ id: 'a', place: 'io', fd: 9999 }]), []);
  });

  it('stops after a slow callback, and when a queue has grown', async () => {
    const source = `setTimeout(function busy() { const end = performance.now() + 60; while (performance.now() < end); }, 1);
      setTimeout(function many() { for (let n = 0; n < 20; n++) setImmediate(() => {}) }, 80);`;
    const [slow, ...others] = await stops(source, [{ id: 'a', place: 'slow', ms: 50, when: 'after' }]);
    assert.match(slow, /^a callback busy \(app\.js:1\) took (?:5|6|7)\d ms$|took \d+ ms$/);
    assert.deepEqual(others, []);
    assert.deepEqual(await stops(source, [{ id: 'a', place: 'growth', queue: 'ready', above: 10 }]), [
      'a ready is 20, above 10',
    ]);
  });

  if (process.platform === 'linux')
    it('stops in microtasks that run on for long after a callback', async () => {
      const source = `const { setTimeout } = require('node:timers/promises');
        async function busy() { await setTimeout(1); const end = performance.now() + 700; while (performance.now() < end); }
        busy();`;
      const program = await start(source, {
        breakpoints: [{ id: 'a', place: 'slow', ms: 60, when: 'during' }],
      });
      const stop = await program.next('stopped');
      assert.deepEqual([stop.at, stop.breakpoints], ['inside', ['a']]);
      assert.match(
        stop.text,
        /^Paused on tick \d+: what a callback left to be done has been running for \d\d+ ms, in busy$/,
      );
      await program.ask('continue', {});
      assert.equal((await program.end()).code, 0);
    });

  it('stops in a slow callback while it runs, once', async () => {
    const source = `let n = 0;
      setTimeout(function busy() { const end = performance.now() + 700; while (performance.now() < end) n++; }, 1);
      setTimeout(function idle() {}, 900);`;
    const during: TickBreakpoint = { id: 'a', place: 'slow', ms: 60, when: 'during' };
    const program = await start(source, { breakpoints: [during] });
    const stop = await program.next('stopped');
    assert.deepEqual([stop.at, stop.reason, stop.breakpoints], ['inside', 'breakpoint', ['a']]);
    assert.match(
      stop.text,
      /^Paused on tick \d+: callback busy \(app\.js:2\) has been running for \d\d+ ms, in busy$/,
    );
    const { frames } = await program.ask('stack', { loop: 1 });
    const { value } = await program.ask('evaluate', {
      expression: 'n > 0',
      // It may be inside performance.now.
      frame: frames.findLast(({ user }) => user)?.id,
      context: 'watch',
    });
    assert.equal(value, 'true');
    await program.ask('continue', {});
    assert.equal((await program.end()).code, 0);
    assert.equal(program.messages.filter(({ type }) => type === 'stopped').length, 1);
    assert.deepEqual(await stops(source, [{ ...during, condition: 'false' }]), []);
  });

  it('stops where nobody handles an exception, which ends the program as it would', async () => {
    const source = `process.on('unhandledRejection', (error) => console.log(error.message));
      setTimeout(() => { Promise.reject(new TypeError('lost')) }, 1);
      setTimeout(() => { throw new RangeError('thrown') }, 50);`;
    assert.deepEqual(await stops(source, [{ id: 'a', place: 'never-retrieved' }]), [
      'a a promise was rejected with TypeError: lost, and nothing handles it',
    ]);
    assert.deepEqual(await stops(source, [{ id: 'a', place: 'exception' }]), [
      'a a promise was rejected with TypeError: lost, and nothing handles it',
      'a RangeError: thrown was thrown, and nothing catches it',
    ]);
    const program = await start(source, { breakpoints: [{ id: 'a', place: 'exception' }] });
    assert.equal((await program.next('stopped')).reason, 'exception');
    const error = await program.ask('exception', { loop: 1 });
    assert.deepEqual([error.type, error.message], ['TypeError', 'lost']);
    assert.match(error.traceback, /app\.js:2/);
  });

  it('obeys conditions, hit counts, log messages and enabled; names all of one place', async () => {
    const source = `globalThis.limit = 2; let n = 0;
      (function turn() { if (++n < 6) setTimeout(turn, 1); })();`;
    const turn = callback({ function: 'turn' });
    assert.equal((await stops(source, [{ ...turn, hitCondition: '3' }])).length, 1);
    assert.equal((await stops(source, [{ ...turn, hitCondition: '% 2' }])).length, 2);
    assert.deepEqual(await stops(source, [{ ...turn, enabled: false }]), []);
    const what = 'callback turn (app.js:2)';
    assert.deepEqual(await stops(source, [{ ...turn, condition: 'callback === "turn" && ++limit === 5' }]), [
      `a ${what}, callback === "turn" && ++limit === 5`,
    ]);
    assert.deepEqual(
      await stops(source, [
        { ...turn, hitCondition: '1' },
        { id: 'b', place: 'timer', on: 'due', hitCondition: '1' },
      ]),
      [`a,b ${what}; timer turn (app.js:2) is due`],
    );
    const program = await start(source, {
      breakpoints: [
        { ...turn, hitCondition: '2', logMessage: '{callback}, {timers} timers, {limit + 1}, {nowhere}' },
      ],
    });
    await program.end();
    assert.deepEqual(
      program.messages.flatMap((message) => (message.type === 'log' ? [message.text] : [])),
      ['turn, 0 timers, 3, <ReferenceError: nowhere is not defined>'],
    );
  });

  it('stops where a condition fails or does not end, and refuses what cannot be', async () => {
    const source = `setTimeout(function late() {}, 1)`;
    const late = callback({ function: 'late' });
    assert.deepEqual(await stops(source, [{ ...late, condition: 'nowhere > 1' }]), [
      'a callback late (app.js:1), its condition nowhere > 1 failed with ReferenceError: nowhere is not defined',
    ]);
    const endless = '(() => { for (;;); })()';
    assert.deepEqual(await stops(source, [{ ...late, condition: endless }]), [
      `a callback late (app.js:1), its condition ${endless}: it did not end within 1 s and was given up`,
    ]);
    const program = await start(source, { stopOnEntry: true });
    await program.next('stopped');
    const refused = async (breakpoint: object) => {
      const given = [{ id: 'x', ...breakpoint }] as TickBreakpoint[];
      const { breakpoints } = await program.ask('setBreakpoints', { breakpoints: given });
      assert.equal(breakpoints[0].verified, false);
      return breakpoints[0].message ?? '';
    };
    assert.match(await refused({ place: 'tick', condition: '1 +' }), /is not a JavaScript expression/);
    assert.match(
      await refused({ place: 'tick', condition: `1${' + 1'.repeat(2500)}` }),
      /10001 characters; it may have 4000/,
    );
    assert.match(await refused({ place: 'callback', function: 'a[b' }), /"\[" without its "\]"/);
    assert.match(await refused({ place: 'callback', task: 'x' }), /belongs to no task/);
    assert.match(await refused({ place: 'task', on: 'cancelled' }), /cannot be cancelled/);
    assert.match(await refused({ place: 'growth', queue: 'tasks', above: 3 }), /ready, waiting and timers/);
    assert.match(await refused({ place: 'deadlock' }), /"deadlock"/);
    await program.ask('continue', {});
    assert.equal((await program.end()).code, 0);
  });
});
