// Something for every place of breakpoints.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

async function talk(port) {
  const socket = connect(port, '127.0.0.1');
  socket.write('x');
  await once(socket, 'data');
  socket.destroy();
}

async function worker() {
  await sleep(10);
  return 'worked';
}

async function failing() {
  await sleep(1);
  throw new Error('no luck');
}

async function waiting() {
  await once(spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)']), 'exit');
}

function callback() {}

function slow() {
  const until = performance.now() + 1500;
  while (performance.now() < until);
}

function late() {}

process.on('unhandledRejection', () => {});

async function main() {
  const server = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  void failing();
  await Promise.all([worker(), talk(server.address().port)]);
  for (let at = 0; at < 20; at++) setImmediate(callback);
  setTimeout(late, 10);
  setImmediate(slow);
  clearTimeout(setTimeout(callback, 60_000));
  // Longer than `slow` takes, so that a tick begins with a timer that is not due.
  await sleep(2500);
  await waiting();
  server.close();
}

await main();
