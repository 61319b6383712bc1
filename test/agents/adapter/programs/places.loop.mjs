// Something for every place of breakpoints.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  createTask,
  gather,
  getRunningLoop,
  Lock,
  openConnection,
  run,
  sleep,
  startServer,
} from 'tickscope/asyncio';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc');

async function echo(reader, writer) {
  writer.write(await reader.read(1));
  writer.close();
}

async function talk(port) {
  const [reader, writer] = await openConnection('127.0.0.1', port);
  writer.write(Buffer.from('x'));
  await reader.read(1);
  writer.close();
}

async function worker() {
  await sleep(0.01);
  return 'worked';
}

async function failing() {
  await sleep(0);
  throw new Error('no luck');
}

async function victim() {
  await sleep(60);
}

async function waiting(lock) {
  await lock.acquire();
}

function callback() {}

function slow() {
  const until = performance.now() + 1500;
  while (performance.now() < until);
}

function late() {}

async function main() {
  const loop = getRunningLoop();
  const server = await startServer(echo, '127.0.0.1', 0);
  const doomed = createTask(victim, { name: 'victim' });
  createTask(failing, { name: 'failing' });
  await gather(createTask(worker, { name: 'worker' }), () => talk(server.sockets[0].getsockname()[1]));
  gc(); // so that the failed task is found to be forgotten
  doomed.cancel();
  for (let at = 0; at < 20; at++) loop.callSoon(callback);
  loop.callLater(0.01, late);
  loop.callSoon(slow);
  loop.callLater(60, callback).cancel();
  await sleep(0.05);
  const lock = new Lock();
  await lock.acquire();
  loop.callLater(60, () => lock.release());
  await createTask(() => waiting(lock), { name: 'waiting' });
}

run(main);
