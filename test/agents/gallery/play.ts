/** Runs one program of the gallery under the whole adapter, and asks what is wrong with it: while it runs, and while it stands. */
import assert from 'node:assert/strict';
import { basename } from 'node:path';
import type { Finding, LaunchArguments, TaskRow } from '../../../src/adapter/contract';
import { Client } from '../../unit/adapter/client';

/** What is to be found, and nothing else. */
export interface Expected {
  kind: Finding['kind'];
  certainty: Finding['certainty'];
  sentence: RegExp;
  /** Names of the tasks that it is about, in any order. */
  tasks: string[] | typeof ANY;
}
/** Which tasks it is about is left to chance. */
export const ANY = 'any';

/** ms; a program is not to take long. Nothing in the healthy ones waits so long for what is not a way of life. */
const STUCK_AFTER_MS = 500;
const NEVER_MS = 600_000;
const HEALTHY_STUCK_AFTER_MS = 1000;
/** A callback may take so long because the machine had other things to do. */
export const BUSY_MACHINE_MS = 2000;
/** How much of their own time healthy programs that never end are looked at, ms. */
const LONG_ENOUGH_MS = 2500;
/** What a program that runs is found to do comes with time, and no event tells of it: between two questions, ms. */
const PACE_MS = 60;
/** From when a program no longer answers until its end is told, at most. */
const ENDS_WITHIN_MS = 5000;

/** Until `expected` is found, and as soon as it runs on: nothing else at any moment. */
export async function playStuck(
  launch: LaunchArguments,
  after: RegExp,
  expected: readonly Expected[],
): Promise<void> {
  const play = new Play();
  const { dap } = play;
  try {
    // A proof may be had only at the second look: what it proves is not to be suspected meanwhile.
    const suspected = expected.some(({ kind }) => kind === 'stuck');
    await dap.launch({ stuckAfterMs: suspected ? STUCK_AFTER_MS : NEVER_MS, ...launch });
    await dap.event('output', ({ category }) => category === 'stdout' && after.test(dap.output('stdout')));
    let missing: readonly Expected[] = expected;
    for (;;) {
      missing = unmatched(await play.findings(), expected, 'while it ran');
      if (missing.length === 0) break;
      await pace();
    }
    await play.pause();
    const findings = await play.findings();
    missing = unmatched(findings, expected, 'while it stood');
    assert.deepEqual(missing, [], `not found while it stood, but ${shown(findings)}`);
    const names = await play.names();
    for (const finding of findings) {
      const { tasks, sentence } = expected.find((each) => matches(finding, each)) as Expected;
      const told = finding.tasks.map((task) => names.get(task)).sort();
      if (tasks === ANY) assert.ok(told.length > 0);
      else assert.deepEqual(told, [...tasks].sort(), `${sentence}`);
      assert.ok(finding.ticks.length > 0, 'a finding names its evidence');
    }
    const { cycles } = await dap.ask('tickscope/graph', {});
    assert.equal(cycles.length, findings.filter(({ kind }) => kind === 'deadlock').length, 'cycles');
    await dap.request('continue', { threadId: 1 });
    unmatched(await play.findings(), expected, 'after it had stood');
    play.check();
  } catch (error) {
    throw play.explained(error);
  } finally {
    await play.close();
  }
}

/**
 * To its end, or for as long as is enough: nothing is found at any moment, also not afterwards. `overlooked`: what a busy
 * machine makes true of it.
 */
export async function playHealthy(
  launch: LaunchArguments,
  overlooked: readonly Finding['kind'][] = [],
): Promise<void> {
  const play = new Play();
  const { dap } = play;
  const findings = async () => (await play.findings()).filter(({ kind }) => !overlooked.includes(kind));
  try {
    await dap.launch({ stuckAfterMs: HEALTHY_STUCK_AFTER_MS, slowCallbackMs: BUSY_MACHINE_MS, ...launch });
    // There is nothing to be asked of a program that has not begun.
    await dap.event('thread');
    for (let look = 1; !play.hasEnded; look++) {
      try {
        unmatched(await findings(), [], 'while it ran');
        if (look % 4 === 0) {
          await play.pause();
          unmatched(await findings(), [], 'while it stood');
          await dap.request('continue', { threadId: 1 });
        }
        if ((await dap.ask('tickscope/state', {})).clockMs > LONG_ENOUGH_MS && look > 12) break;
      } catch (error) {
        // It may end at any moment.
        if (error instanceof assert.AssertionError || !(await play.ending())) throw error;
      }
      await pace();
    }
    if (play.hasEnded) assert.equal(dap.events('exited')[0]?.body?.exitCode, 0);
    unmatched(await findings(), [], 'in the end');
    play.check();
  } catch (error) {
    throw play.explained(error);
  } finally {
    await play.close();
  }
}

class Play {
  readonly dap = new Client();

  async findings(): Promise<Finding[]> {
    return (await this.dap.ask('tickscope/findings', {})).findings;
  }
  async pause(): Promise<void> {
    await this.dap.request('pause', { threadId: 1 });
    await this.dap.stopped();
  }
  /** Of its tasks by their numbers. */
  async names(): Promise<Map<number, string>> {
    const { rows } = await this.dap.ask('tickscope/rows', { queue: 'tasks', start: 0, count: 1000 });
    return new Map((rows as TaskRow[]).map(({ task, name }) => [task, name]));
  }
  get hasEnded(): boolean {
    return this.dap.events('terminated').length > 0;
  }
  /** What was asked of it failed: whether that is because it ends. */
  async ending(): Promise<boolean> {
    if (this.hasEnded) return true;
    const { mode } = await this.dap.ask('tickscope/state', {});
    return (
      mode === 'ended' ||
      !!(await Promise.race([this.dap.event('terminated').then(() => true), pace(ENDS_WITHIN_MS)]))
    );
  }
  /** The agent saw nothing wrong with itself. */
  check(): void {
    assert.equal(this.dap.output('important'), '');
  }
  explained(error: unknown): unknown {
    if (error instanceof Error) {
      const written = (['stdout', 'stderr', 'important'] as const).map((each) => this.dap.output(each));
      error.message += `\n${written.join('').slice(-2000)}`;
    }
    return error;
  }
  async close(): Promise<void> {
    await this.dap.close();
  }
}

function pace(ms = PACE_MS): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

function matches({ kind, certainty, sentence }: Finding, expected: Expected): boolean {
  return (
    kind === expected.kind &&
    certainty === expected.certainty &&
    expected.sentence.test(sentence.replaceAll('\n', ' '))
  );
}

/** Which of these were not found. What was found besides is an error at once. */
function unmatched(
  findings: readonly Finding[],
  expected: readonly Expected[],
  when: string,
): readonly Expected[] {
  const left = [...expected];
  for (const finding of findings) {
    const at = left.findIndex((each) => matches(finding, each));
    assert.ok(at >= 0, `found ${when}: ${shown([finding])}`);
    left.splice(at, 1);
  }
  return left;
}

function shown(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'nothing';
  return findings
    .map(
      ({ kind, certainty, sentence, tasks, source }) =>
        `${kind} (${certainty}) of ${tasks.length} tasks: ${sentence} [${source ? basename(source.path) : 'no source'}]`,
    )
    .join('; ');
}
