/**
 * An echo server and three clients, all in one program and one loop.
 *
 * Watch the I/O: the listening socket stands in waiting for as long as the server lives, each client
 * and each connection's handler waits for `read`. A tick whose poll found a socket readable moves the
 * task behind it to ready; the cause of that callback names the socket.
 */
import {
  gather,
  openConnection,
  run,
  sleep,
  startServer,
  type StreamReader,
  type StreamWriter,
} from 'tickscope/asyncio';

const text = new TextEncoder();

async function handle(reader: StreamReader, writer: StreamWriter): Promise<void> {
  for (;;) {
    const line = String(await reader.readline());
    if (!line) break;
    writer.write(text.encode(line.toUpperCase()));
    await writer.drain();
  }
  writer.close();
  await writer.waitClosed();
}

async function client(port: number, name: string, words: string[]): Promise<string> {
  const [reader, writer] = await openConnection('127.0.0.1', port);
  const echoes: string[] = [];
  for (const word of words) {
    writer.write(text.encode(`${word}\n`));
    await writer.drain();
    echoes.push(String(await reader.readline()).trim());
    await sleep(0.05);
  }
  writer.close();
  await writer.waitClosed();
  return `${name} heard: ${echoes.join(' ')}`;
}

async function main(): Promise<void> {
  const server = await startServer(handle, '127.0.0.1', 0);
  const [, port] = server.sockets[0].getsockname() as [host: string, port: number];
  const heard = await gather(
    () => client(port, 'ann', ['hello', 'from', 'ann']),
    () => client(port, 'bob', ['bob', 'was', 'here']),
    () => client(port, 'cleo', ['one', 'more', 'line']),
  );
  for (const sentence of heard) console.log(sentence);
  server.close();
  await server.waitClosed();
  console.log('server closed');
}

run(main);
