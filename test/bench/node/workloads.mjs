/** One workload in this process, `node workloads.mjs NAME`: prints what it took, as JSON. */
const TIMES = Number(process.env.TIMES ?? 1);
const N = 100_000 * TIMES;
const AWAITS = 1_000_000 * TIMES;
const WARM = 20_000;

async function awaits(n) {
  for (let i = 0; i < n; i++) await null;
}
async function nothing() {}
async function calls(n) {
  for (let i = 0; i < n; i++) await nothing();
}
const each = (schedule) => (n) =>
  new Promise((resolve) => {
    let ran = 0;
    const callback = () => ++ran === n && resolve();
    for (let i = 0; i < n; i++) schedule(callback);
  });

const workloads = {
  await: [awaits, AWAITS],
  'await async': [calls, AWAITS / 2],
  setImmediate: [each((callback) => setImmediate(callback)), N],
  setTimeout: [each((callback) => setTimeout(callback, 1)), N],
  nextTick: [each((callback) => process.nextTick(callback)), N],
};

/** Tells its port, and serves until its input ends. */
async function serve() {
  const { createServer } = await import('node:http');
  const server = createServer((_, response) => response.end('hello'));
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
  process.stdin.once('end', () => {
    server.close();
    server.closeAllConnections();
  });
  process.stdin.resume();
}

/** Asks a server from 20 connections: ms for all requests. */
async function ask(port, requests) {
  const http = await import('node:http');
  const agent = new http.Agent({ keepAlive: true, maxSockets: 20 });
  let begun = 0;
  let done = 0;
  return await new Promise((resolve) => {
    const began = performance.now();
    const next = () => {
      if (begun++ >= requests) return;
      http.get({ port, host: '127.0.0.1', agent }, (response) => {
        response.resume();
        response.once('end', () => {
          if (++done === requests) {
            agent.destroy();
            resolve(performance.now() - began);
          } else next();
        });
      });
    };
    for (let i = 0; i < 20; i++) next();
  });
}

async function main() {
  const [name, ...rest] = process.argv.slice(2);
  if (name === 'serve') return serve();
  if (name === 'ask') {
    const [port, requests] = rest.map(Number);
    await ask(port, requests / 5);
    return console.log(JSON.stringify({ ms: await ask(port, requests) }));
  }
  const [work, n] = workloads[name];
  await work(WARM);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const began = performance.now();
  await work(n);
  console.log(JSON.stringify({ ms: performance.now() - began, n }));
}

if (process.env.HOOKS) {
  const { createHook } = await import('node:async_hooks');
  const empty = () => undefined;
  createHook({ init: empty, before: empty, after: empty, destroy: empty }).enable();
}
await main();
