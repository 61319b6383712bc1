/** Generators and async functions await each other's coroutines, in one order of steps. */
import { coroutine, createTask, gather, sleep, ValueError, type Coroutine } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const asyncLeaf = coroutine(async (name: string, fail = false) => {
  await sleep(0);
  log('leaf', name);
  if (fail) throw new ValueError(name);
  return name;
});

function* generatorLeaf(name: string): Coroutine<string> {
  yield* sleep(0);
  log('leaf', name);
  return name;
}

const leaf = coroutine(generatorLeaf);

const asyncMiddle = coroutine(async (name: string) => {
  try {
    return [await leaf(name), await asyncLeaf(name + ' fails', true)];
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    log('middle', error);
    return name;
  }
});

const generatorMiddle = coroutine(function* (name: string): Coroutine<unknown> {
  try {
    return [yield* asyncLeaf(name), yield* asyncLeaf(name + ' fails', true)];
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    log('middle', error);
    return name;
  }
});

const main = coroutine(function* main() {
  log(yield* gather(asyncMiddle('a'), generatorMiddle('b'), leaf('c')));
  const task = createTask(asyncMiddle('d'));
  yield* sleep(0);
  task.cancel('stop');
  try {
    yield* task;
  } catch (error) {
    log(error);
  }
});

await runVirtual(main());
