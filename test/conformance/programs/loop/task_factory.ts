/** A task factory makes the tasks of `create_task`, and those of the library's own functions. */
import {
  coroutine,
  createTask,
  gather,
  getRunningLoop,
  sleep,
  Task,
  type TaskFactory,
} from 'tickscope/asyncio';
import { log, runVirtual } from '../../support';

const work = coroutine(function* work(name: string) {
  yield* sleep(1);
  return name;
});

const main = coroutine(function* main() {
  const loop = getRunningLoop();
  log(loop.getTaskFactory());

  const factory: TaskFactory = (theLoop, coro) => {
    const task = new Task(coro, { loop: theLoop });
    log('makes a task');
    return task;
  };

  loop.setTaskFactory(factory);
  log(loop.getTaskFactory() === factory);
  const task = createTask(work('a'), { name: 'named' });
  log(task.getName(), yield* task);
  log(yield* gather(work('b'), work('c')));
  loop.setTaskFactory(undefined);
  log(yield* createTask(work('d')));
  try {
    loop.setTaskFactory(3 as unknown as undefined);
  } catch (error) {
    log(error);
  }
});

await runVirtual(main());
