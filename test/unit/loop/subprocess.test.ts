import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { DEVNULL, PIPE, STDOUT } from '../../../src/loop/baseSubprocess';
import { getRunningLoop } from '../../../src/loop/events';
import { CancelledError, TimeoutError } from '../../../src/loop/exceptions';
import type { LoopObserver } from '../../../src/loop/observer';
import { FileNotFoundError, PermissionError, ProcessLookupError } from '../../../src/loop/osErrors';
import { SubprocessProtocol } from '../../../src/loop/protocols';
import { run } from '../../../src/loop/runners';
import { shared } from '../../../src/loop/shared';
import { createSubprocessExec, createSubprocessShell } from '../../../src/loop/subprocess';
import { createTask } from '../../../src/loop/tasks';
import { timeout } from '../../../src/loop/timeouts';

const BIG = Buffer.alloc(3_000_000, 'x');

describe('subprocess', function () {
  this.slow(1000);

  it('talks to a program through its pipes', () =>
    run(async () => {
      const cat = await createSubprocessExec('cat', [], { stdin: PIPE, stdout: PIPE });
      assert.equal(cat.returncode, undefined);
      cat.stdin!.write(Buffer.from('one\n'));
      assert.equal(String(await cat.stdout!.readline()), 'one\n');
      const [output, errors] = await cat.communicate(BIG);
      assert.ok(output!.equals(BIG));
      assert.equal(errors, undefined);
      assert.equal(cat.returncode, 0);
    }));

  it('works with generators, and gives the exit status', () =>
    run(function* () {
      const shell = yield* createSubprocessShell('echo out; echo err >&2; exit 3', {
        stdout: PIPE,
        stderr: PIPE,
      });
      const [output, errors] = yield* shell.communicate();
      assert.deepEqual([String(output), String(errors)], ['out\n', 'err\n']);
      assert.equal(yield* shell.wait(), 3);
    }));

  it('puts stderr where stdout goes', () =>
    run(async () => {
      const shell = await createSubprocessShell('echo out; echo err >&2', { stdout: PIPE, stderr: STDOUT });
      const [output] = await shell.communicate();
      assert.equal(String(output), 'out\nerr\n');
      const quiet = await createSubprocessShell('echo out; echo err >&2', {
        stdout: DEVNULL,
        stderr: STDOUT,
      });
      assert.equal(await quiet.wait(), 0);
    }));

  it('takes working directory and environment', () =>
    run(async () => {
      const shell = await createSubprocessShell('echo "$PWD $WORD"', {
        stdout: PIPE,
        cwd: '/',
        env: { WORD: 'word' },
      });
      assert.equal(String((await shell.communicate())[0]), '/ word\n');
    }));

  it('tells which signal killed it', () =>
    run(async () => {
      const sleeper = await createSubprocessExec('sleep', ['100']);
      sleeper.terminate();
      assert.equal(await sleeper.wait(), -15);
      assert.throws(() => sleeper.kill(), ProcessLookupError);
    }));

  it('does not mind a child that reads nothing', () =>
    run(async () => {
      const child = await createSubprocessExec('true', [], { stdin: PIPE });
      await child.communicate(BIG);
      assert.equal(child.returncode, 0);
    }));

  it('throws when the program cannot be started', () =>
    run(async () => {
      for (const stdio of [{}, { stdout: PIPE, stderr: STDOUT }]) {
        await assert.rejects(
          async () => await createSubprocessExec('/no/such/program', [], stdio),
          (error: unknown) =>
            error instanceof FileNotFoundError &&
            error.message === "[Errno 2] No such file or directory: '/no/such/program'",
        );
        await assert.rejects(
          async () => await createSubprocessExec('/etc/passwd', [], stdio),
          PermissionError,
        );
      }
    }));

  it('stops waiting when cancelled; the program goes on', () =>
    run(async () => {
      const sleeper = await createSubprocessExec('sleep', ['100']);
      await assert.rejects(
        async () => await timeout(0.01).run(async () => await sleeper.wait()),
        TimeoutError,
      );
      const waiting = createTask(sleeper.wait());
      getRunningLoop().callSoon(() => waiting.cancel());
      await assert.rejects(async () => await waiting, CancelledError);
      assert.equal(sleeper.returncode, undefined);
      sleeper.kill();
      assert.equal(await sleeper.wait(), -9);
    }));

  it('loses nothing of a child that has ended before its pipes are read', function () {
    if (process.platform !== 'linux') this.skip();
    const before = shared.observer;
    // Between the start and the next poll: until it is a zombie.
    const processBegan = (_loop: unknown, pid: number) => {
      while (!/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')));
    };
    shared.observer = new Proxy({} as LoopObserver, {
      get: (_, name) => (name === 'processBegan' ? processBegan : name === 'gate' ? false : () => undefined),
    });
    return run(async () => {
      const child = await createSubprocessExec('echo', ['word'], { stdin: PIPE, stdout: PIPE });
      assert.equal(String((await child.communicate())[0]), 'word\n');
    }).finally(() => (shared.observer = before));
  });

  it('calls a protocol in order', () =>
    run(async () => {
      const loop = getRunningLoop();
      const done = loop.createFuture<void>();
      const log: string[] = [];
      class Recorder extends SubprocessProtocol {
        override connectionMade(): void {
          log.push('made');
        }
        override pipeDataReceived(fd: number, data: Buffer): void {
          log.push(`${fd} ${data}`);
        }
        override pipeConnectionLost(fd: number): void {
          log.push(`${fd} lost`);
        }
        override connectionLost(): void {
          log.push('lost');
          done.setResult(undefined);
        }
      }
      const [transport] = await loop.subprocessExec(() => new Recorder(), ['echo', 'word'], { stdout: PIPE });
      await done;
      assert.deepEqual(log, ['made', '1 word\n', '1 lost', 'lost']);
      assert.equal(transport.getReturncode(), 0);
    }));
});
