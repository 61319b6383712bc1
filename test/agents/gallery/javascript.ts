/** The programs of one JavaScript target under the whole adapter: in the stuck ones what is wrong is found and nothing else, in the healthy ones nothing. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Finding, LaunchArguments } from '../../../src/adapter/contract';
import { Lanes } from './lanes';
import { ANY, BUSY_MACHINE_MS, type Expected, playHealthy, playStuck } from './play';

const PROGRAMS = path.resolve(import.meta.dirname, '../../fixtures/programs');
const LANES = 2;
/** Looking through the heap makes these programs wait, and on a busy machine longer than any of them waits by itself. */
const STUCK_AFTER_MS = 5000;

export interface Stuck {
  /** What the program has written when it is as it is to stay. */
  after: RegExp;
  found: Expected[];
  also?: Partial<LaunchArguments>;
}

const of =
  (kind: Finding['kind'], certainty: Finding['certainty']) =>
  (tasks: Expected['tasks'], sentence: RegExp): Expected => ({ kind, certainty, tasks, sentence });
export const deadlock = of('deadlock', 'proved');
export const abandoned = of('abandoned-await', 'proved');
export const orphan = of('orphan', 'proved');
export const stuck = of('stuck', 'suspected');
export const spinning = of('spinning', 'suspected');
export const slow = of('slow-callback', 'proved');
export const late = of('late-timer', 'proved');
export const starved = (sentence: RegExp): Expected => of('starvation', 'proved')([], sentence);
/** Where nothing else is left in the program, that is said, too. */
export const stall = of('stall', 'proved')(
  ANY,
  /^Nothing can wake the loop after tick \d+: it has no timer and watches no file descriptor, and .* for ever\.$/,
);

/** Describes both folders of the target. `stuck`: by the names of the files, each of which has to be there. */
export function galleryOf(target: 'loop' | 'node', stuck: Readonly<Record<string, Stuck>>): void {
  const folder = (kind: string) => path.join(PROGRAMS, kind, target);
  const launch = (kind: string, name: string): LaunchArguments => ({
    program: path.join(folder(kind), name),
    target,
  });
  const healthy = readdirSync(folder('healthy'));
  describe(`stuck programs of the target ${target}: what is wrong, and nothing else`, () =>
    played(
      Object.entries(stuck).map(([name, { after, found, also }]) => {
        const launched = { ...launch('stuck', name), slowCallbackMs: BUSY_MACHINE_MS, ...also };
        return [name, () => playStuck(launched, after, found)];
      }),
    ));
  describe(`healthy programs of the target ${target}: nothing is found`, () =>
    played(
      healthy.map((name) => [
        name,
        () => playHealthy({ ...launch('healthy', name), stuckAfterMs: STUCK_AFTER_MS }),
      ]),
    ));
  it(`every stuck program of the target ${target} is played`, () =>
    assert.deepEqual(readdirSync(folder('stuck')).sort(), Object.keys(stuck).sort()));
}

function played(plays: [string, () => Promise<void>][]): void {
  const lanes = new Lanes(LANES);
  before(() => lanes.begin(new Map(plays)));
  for (const [name, play] of plays)
    it(name, function () {
      this.timeout(60_000);
      return lanes.take(name, play);
    });
}
