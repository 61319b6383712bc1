import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { slices, together } from './workloads.mjs';

const turn = () => new Promise((resolve) => setImmediate(resolve));
const pause = () => new Promise((resolve) => setTimeout(resolve, 1));

async function repeat(times, act) {
  for (let n = 0; n < times; n++) await act();
}

async function http() {
  const server = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  const ask = async () => {
    const [response] = await once(request({ port, host: '127.0.0.1' }).end(), 'response');
    await once(response.resume(), 'end');
  };
  await together(10, () => repeat(200, ask));
  server.close();
}

await slices({
  awaits: () => together(2, () => repeat(30_000, async () => undefined)),
  immediates: () => together(100, () => repeat(2_000, turn)),
  timers: () => together(500, () => repeat(80, pause)),
  http,
});
