import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { type ProcessListener, ProgramProcess } from '../../../src/launch/process';
import { descendantsOf } from '../../../src/launch/processTree';

interface Ran {
  program: ProgramProcess;
  stdout: () => string;
  /** Fulfilled when that text was put out. */
  said: (text: string) => Promise<void>;
  exited: Promise<number>;
}

function run(path: string, args: string[]): Ran {
  let stdout = '';
  const waiting: { text: string; done: () => void }[] = [];
  let exit: (code: number) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const exited = new Promise<number>((done, failed) => {
    exit = done;
    fail = failed;
  });
  exited.catch(() => undefined);
  const listener: ProcessListener = {
    output: (_category, text) => {
      stdout += text;
      for (const each of waiting) if (stdout.includes(each.text)) each.done();
    },
    failed: (message) => fail(new Error(message)),
    exited: (code) => exit(code),
  };
  const program = new ProgramProcess(
    { path, args, cwd: tmpdir(), env: { PATH: process.env.PATH ?? '' } },
    listener,
  );
  return {
    program,
    stdout: () => stdout,
    said: (text) =>
      stdout.includes(text) ? Promise.resolve() : new Promise((done) => waiting.push({ text, done })),
    exited,
  };
}
const shell = (script: string) => run('/bin/sh', ['-c', script]);

/** Waits, without a clock, for what only the system can tell: that a process is no more (a zombie is none). */
async function gone(pid: number): Promise<void> {
  const { readFileSync } = await import('node:fs');
  for (;;) {
    try {
      if (readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1].startsWith('Z')) return;
    } catch {
      return;
    }
    await new Promise((done) => setImmediate(done));
  }
}

describe("the program's process", () => {
  it('tells its output unmodified, and then its exit code', async () => {
    const { exited, stdout } = shell('printf "caf\\303"; sleep 0; printf "\\251\\n"; echo bad >&2; exit 7');
    assert.equal(await exited, 7);
    assert.match(stdout(), /café\n/);
    assert.match(stdout(), /bad\n/);
  });

  it('that was killed by a signal has 128 and its number', async () => {
    assert.equal(await shell('kill -TERM $$').exited, 143);
  });

  it('that cannot be run says why', async () => {
    await assert.rejects(run('/no/such/program', []).exited, /ENOENT/);
  });

  it('has nothing to read', async () => {
    const { exited, stdout } = run('/bin/cat', []);
    assert.equal(await exited, 0);
    assert.equal(stdout(), '');
  });

  it('takes all that it started with it, also what left its group', async function () {
    if (process.platform !== 'linux') this.skip();
    const { program, said, stdout, exited } = shell(
      'sleep 1000 & echo one $!; setsid sleep 1000 & echo two $!; echo ready; wait',
    );
    await said('ready');
    const pids = [...stdout().matchAll(/(?:one|two) (\d+)/g)].map(([, pid]) => Number(pid));
    assert.equal(pids.length, 2);
    for (const pid of pids) assert.ok(descendantsOf(process.pid).includes(pid));
    program.kill();
    assert.equal(await exited, 137);
    for (const pid of pids) await gone(pid);
  });

  it('is over when its main process is, whoever still holds its output', async () => {
    const { exited, stdout } = shell('sleep 1000 & echo $!; exit 5');
    assert.equal(await exited, 5);
    await gone(Number(stdout()));
  });

  it('is asked before it is made to end', async () => {
    const kind = shell('trap "echo bye; exit 9" INT; echo ready; while :; do sleep 0.01; done');
    await kind.said('ready');
    kind.program.terminate();
    assert.equal(await kind.exited, 9);
    assert.match(kind.stdout(), /bye/);
  });
});
