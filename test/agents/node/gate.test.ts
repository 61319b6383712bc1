/** Stops and steps of plain Node programs, at the wire. */
import assert from 'node:assert/strict';
import path from 'node:path';
import type { TickBreakpoint } from '../../../src/adapter/contract';
import type { Welcome } from '../../../src/wire/messages';
import { Built, Files, MAJORS, nodeNumbered, plainly, Program, type Node } from './worker';

/** Every kind of callback; the order is Node's. */
const PHASES = `const fs = require('node:fs');
const log = (text) => console.log(text);
function immediate() { log('immediate'); process.nextTick(function tick() { log('tick') }); }
function late() { log('late') }
function soon() { log('soon'); setImmediate(immediate); setTimeout(late, 20); }
setTimeout(soon, 50);
fs.stat(__filename, function read() { log('read') });
log('main');
`;

describe('stops of plain Node programs', function () {
  this.timeout(60_000);
  let built: Built;
  let node: Node;
  let files: Files | undefined;
  const programs: Program[] = [];
  before(async () => {
    built = await Built.make();
    node = await nodeNumbered(22);
  });
  after(() => built.remove());
  afterEach(() => {
    const faults = programs.flatMap(({ messages }) =>
      messages.filter((message) => message.type === 'notice' && message.severity === 'fault'),
    );
    for (const program of programs.splice(0)) program.dispose();
    files?.remove();
    assert.deepEqual(faults, []);
  });

  async function start(source: string, welcome: Partial<Welcome> = {}, on = node): Promise<Program> {
    files = new Files({ 'app.js': source });
    const program = await Program.start(built, on, [path.join(files.folder, 'app.js')], {
      cwd: files.folder,
      welcome,
      target: 'node',
    });
    programs.push(program);
    return program;
  }

  /** Texts of all stops, until the program has ended as it does without us. */
  async function stops(source: string, breakpoints: TickBreakpoint[]): Promise<string[]> {
    const program = await start(source, { breakpoints });
    const alone = await plainly(node, ['app.js'], { cwd: files!.folder });
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
        ['(main):1', 'read:7', 'soon:5', 'immediate:3', 'tick:3', 'late:4'],
      );
    });
});
