/** Children: their output, input, exit status, signals; and programs that are not there. */
import {
  coroutine,
  createSubprocessExec,
  createSubprocessShell,
  DEVNULL,
  FileNotFoundError,
  gather,
} from 'tickscope/asyncio';
import { PIPE, ProcessLookupError, run, STDOUT, waitFor } from 'tickscope/asyncio';
import { log } from '../../support';

const main = coroutine(function* main() {
  let child = yield* createSubprocessExec('cat', [], { stdin: PIPE, stdout: PIPE });
  log(
    child.pid > 0,
    child.returncode,
    yield* child.communicate(Buffer.from('through\nthe cat\n')),
    child.returncode,
  );
  child = yield* createSubprocessShell('echo out; echo err >&2; exit 3', { stdout: PIPE, stderr: PIPE });
  log(yield* child.stdout!.readline(), yield* child.stderr!.read(), yield* child.wait(), child.returncode);
  child = yield* createSubprocessShell('echo one; echo two >&2', { stdout: PIPE, stderr: STDOUT });
  log(yield* child.communicate());
  child = yield* createSubprocessExec('sleep', ['60'], { stdout: DEVNULL });
  try {
    yield* waitFor(child.wait(), 0.05);
  } catch (error) {
    log(error, child.returncode);
  }
  child.terminate();
  log(yield* child.wait());
  child = yield* createSubprocessExec('sleep', ['60']);
  child.kill();
  log(yield* child.wait(), yield* child.wait());
  try {
    child.kill();
    log('nothing to kill');
  } catch (error) {
    if (error instanceof ProcessLookupError) log('nothing to kill');
  }
  try {
    yield* createSubprocessExec('no-such-program-as-this');
  } catch (error) {
    if (error instanceof FileNotFoundError) log(error.name);
  }
  const children = yield* gather(
    ...[0, 1, 2, 3].map((n) => createSubprocessShell(`read x; exit ${n}`, { stdin: PIPE })),
  );
  for (const one of [...children].reverse()) one.stdin!.write(Buffer.from('go\n'));
  log(yield* gather(...children.map((one) => one.wait())));
});

await run(main());
