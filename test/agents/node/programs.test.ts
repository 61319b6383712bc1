/**
 * The programs of test/fixtures/node behave under the agent as they do alone: what they write, in its order, how they end,
 * on every Node, at each level. Several run at once: most of their time is waiting.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { Built, MAJORS, nodeNumbered, plainly, Program, type Node, type Outcome } from './worker';

const folder = path.resolve(import.meta.dirname, '../../fixtures/node');
const names = readdirSync(folder).filter((name) => /\.[cm]?[jt]s$/.test(name));
const LEVELS = ['macro', 'full'] as const;
/** A machine that is busy with other programs may take this long for one, ms. */
const PATIENCE_MS = 60_000;

interface Compared {
  alone: Outcome;
  under: { level: string; outcome: Outcome; notices: unknown[] }[];
}

/** So many may run at once. */
class Places {
  private readonly waiting: (() => void)[] = [];

  constructor(private free: number) {}

  async take<R>(act: () => Promise<R>): Promise<R> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await act();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.free++;
    }
  }
}

describe('programs of all kinds, on plain Node', function () {
  this.timeout(PATIENCE_MS);
  let built: Built;
  const places = new Places(Math.max(2, availableParallelism()));
  before(async () => {
    built = await Built.make();
  });
  after(() => built.remove());

  it('each have a line in the README', () => {
    const readme = readFileSync(path.join(folder, 'README.md'), 'utf8');
    for (const name of names) assert.ok(readme.includes(`| \`${name}\` |`), name);
  });

  for (const major of MAJORS)
    describe(`Node ${major}`, () => {
      const running = new Map<string, Promise<Compared>>();
      let node: Node;
      before(async function () {
        this.timeout(120_000);
        node = await nodeNumbered(major);
        for (const name of names) {
          const compared = compare(name, node);
          compared.catch(() => undefined); // its own test says so
          running.set(name, compared);
        }
      });

      for (const name of names)
        it(name, async () => {
          const begun = running.get(name);
          running.delete(name); // another try compares anew
          const { alone, under } = await (begun ?? compare(name, node));
          assert.notEqual(alone.stdout + alone.stderr, '', 'it says something');
          for (const { level, outcome, notices } of under) {
            assert.deepEqual(comparable(outcome, major), comparable(alone, major), `at level ${level}`);
            assert.deepEqual(notices, []);
          }
        });
    });

  async function compare(name: string, node: Node): Promise<Compared> {
    const source = readFileSync(path.join(folder, name), 'utf8');
    const directive = (word: string) => new RegExp(`^// ${word}: (.*)$`, 'm').exec(source)?.[1];
    const stdin = directive('stdin')?.replaceAll('\\n', '\n');
    const nodeArgs = directive('flags')?.split(' ') ?? [];
    // TypeScript comes with the loader, and its modules with what the launcher adds for them.
    const typescript = /ts$/.test(name);
    if (/\.m?ts$/.test(name)) nodeArgs.push('--import', 'data:text/javascript,');
    const options = { cwd: folder, stdin, nodeArgs, env: typescript ? { TICKSCOPE_LOADER: '1' } : {} };
    const args = [path.join(folder, name)];
    const loader = typescript ? ['--require', built.preload] : [];
    const alone = places.take(() => plainly(node, args, { ...options, nodeArgs: [...loader, ...nodeArgs] }));
    const under = LEVELS.map((level) =>
      places.take(async () => {
        const program = await Program.start(built, node, args, {
          ...options,
          target: 'node',
          welcome: { level },
        });
        try {
          const outcome = await program.end();
          return { level, outcome, notices: program.messages.filter(({ type }) => type === 'notice') };
        } finally {
          program.dispose();
        }
      }),
    );
    return { alone: await alone, under: await Promise.all(under) };
  }
});

/**
 * Without process ids, addresses in memory, how long tests took, and two frames of Node's own: whether microtasks run after
 * a tick or by themselves is chance, and Node 24 calls callbacks through one more function while somebody uses async_hooks.
 */
function comparable(outcome: Outcome, major: number): Outcome {
  const frames =
    major >= 24 ? '(?:callbackTrampoline|processTicksAndRejections)' : 'processTicksAndRejections';
  const ownFrames = new RegExp(`\\n +at process\\.${frames} \\(node:[^)]*\\)`, 'g');
  const stable = (text: string) =>
    text
      .replace(ownFrames, '')
      .replace(/\(node:\d+\)/g, '(node:PID)')
      .replace(/0x[0-9a-f]+/g, '0x')
      .replace(/(duration_ms:? )[\d.]+/g, '$1N')
      .replace(/\([\d.]+ms\)/g, '(N ms)');
  return { ...outcome, stdout: stable(outcome.stdout), stderr: stable(outcome.stderr) };
}
