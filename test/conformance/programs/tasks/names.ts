/** Tasks are numbered as they are made, unless they are named; names may change. */
import { allTasks, coroutine, createTask, currentTask, gather, sleep } from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const tell = coroutine(function* tell() {
  log(currentTask()!.getName());
  yield* sleep(0);
});

const main = coroutine(function* main() {
  yield* tell();
  const first = createTask(tell());
  const named = createTask(tell(), { name: 'named' });
  const second = createTask(tell());
  second.setName('renamed');
  const third = createTask(tell());
  const number = createTask(tell(), { name: 7 as unknown as string });
  yield* gather(tell(), first, named, second, third, number);
  log([first, named, second, third, number].map((task) => task.getName()));
  log(new Set([...allTasks()].map((task) => task.getName())), currentTask()!.getName());
});

await runVirtual(main());
