/** Tasks take turns, one step a tick, in the order in which they were made. */
import { coroutine, createTask, getRunningLoop, sleep } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const worker = coroutine(function* worker(name: string, steps: number) {
  for (let i = 0; i < steps; i++) {
    log(name, i);
    yield* sleep(0);
  }
  return name;
});

const child = coroutine(function* child(name: string) {
  yield* sleep(0);
  log('child of', name);
  return name + "'s child";
});

const parent = coroutine(function* parent(name: string) {
  log(yield* child(name));
  log(yield* child(name));
  return name;
});

const main = coroutine(function* main() {
  const tasks = [createTask(worker('a', 3)), createTask(worker('b', 1)), createTask(worker('c', 2))];
  log('made');
  tasks.push(createTask(parent('p')));
  for (const task of tasks) log('done', yield* task);
  log(getRunningLoop().time());
});

await runVirtual(main());
