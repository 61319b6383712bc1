/** The debug adapter as a process: over stdio, or with --server=PORT over loopback TCP, one session a connection. */
import { createServer, type Socket } from 'node:net';
import { Session } from './session';

const options = process.argv.slice(2);
/** The session's past can be asked for until the input ends, also after `disconnect`. */
const keepHistory = options.includes('--keep-history');
const server = options.find((option) => option.startsWith('--server='));
const unknown = options.find((option) => option !== '--keep-history' && option !== server);

const sessions = new Set<Session>();

if (unknown !== undefined) fail(`Tickscope's debug adapter does not know the option ${unknown}.`);
else if (server !== undefined) serve(server.slice('--server='.length));
else overStdio();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void leave());

function overStdio(): void {
  const session = new Session(() => {
    if (!keepHistory) void session.gone().then(exit);
  });
  sessions.add(session);
  session.start(process.stdin, process.stdout);
  // The editor is gone, however that came about. A program that was let go runs to its end.
  process.stdin.once('end', () => void leave());
  process.stdout.on('error', () => void leave());
}

function serve(text: string): void {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535) {
    fail(`"${text}" is not a port; write --server= and a number from 0 to 65535.`);
    return;
  }
  const listener = createServer((socket: Socket) => {
    const session = new Session(() => {
      if (!keepHistory) socket.end();
    });
    sessions.add(session);
    session.start(socket, socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => void session.end().then(() => sessions.delete(session)));
  });
  listener.on('error', (error) =>
    fail(`Tickscope's debug adapter cannot listen on port ${port} (${error.message}). Choose another port.`),
  );
  listener.listen(port, '127.0.0.1', () => {
    const address = listener.address();
    process.stderr.write(`Listening on 127.0.0.1:${typeof address === 'object' ? address?.port : port}\n`);
  });
}

async function leave(): Promise<void> {
  await Promise.all([...sessions].map((session) => session.end()));
  exit();
}

/** Once what was said is out. */
function exit(): void {
  process.stdout.write('', () => process.exit(0));
  if (process.stdout.destroyed) process.exit(0);
}

function fail(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
}
