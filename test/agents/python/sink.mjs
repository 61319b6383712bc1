/** An adapter that welcomes an agent and throws away what it says. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const agents = path.resolve(import.meta.dirname, '../../../src/agents/python');

/** `env`: for the program. `faults`: what agents said went wrong, and `programs`: how many came. */
export async function openSink(welcome = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'tickscope-'));
  const address = path.join(folder, 'sink');
  const sink = { programs: 0, bytes: 0, faults: [] };
  const server = createServer((socket) => {
    sink.programs++;
    let pending = Buffer.alloc(0);
    let welcomed = false;
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      sink.bytes += chunk.length;
      pending = pending.length ? Buffer.concat([pending, chunk]) : chunk;
      while (pending.length >= 4 && pending.length >= 4 + pending.readUInt32LE(0)) {
        const length = pending.readUInt32LE(0);
        if (pending[4] === 1) {
          const message = JSON.parse(pending.toString('utf8', 5, 4 + length));
          if (message.type === 'notice' && message.severity === 'fault') sink.faults.push(message.text);
        }
        pending = pending.subarray(4 + length);
      }
      if (!welcomed) {
        welcomed = true;
        const answer = {
          type: 'welcome',
          stopOnEntry: false,
          breakpoints: [],
          keepUvloop: false,
          ...welcome,
        };
        const text = Buffer.from(JSON.stringify({ subProcess: false, attached: false, ...answer }));
        const head = Buffer.alloc(5);
        head.writeUInt32LE(1 + text.length, 0);
        head[4] = 1;
        socket.write(Buffer.concat([head, text]));
      }
    });
  });
  await new Promise((resolve) => server.listen(address, resolve));
  sink.env = {
    TICKSCOPE_ADDRESS: `unix:${address}`,
    TICKSCOPE_TOKEN: randomBytes(16).toString('hex'),
    TICKSCOPE_AGENT_VERSION: 'test',
    PYTHONPATH: path.join(agents, 'bootstrap'),
  };
  sink.close = () => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return sink;
}
