import {
  createTask,
  gather,
  openConnection,
  run,
  startServer,
  timeout,
  waitFor,
  sleep,
  type StreamReader,
  type StreamWriter,
} from 'tickscope/asyncio';

async function serve(reader: StreamReader, writer: StreamWriter): Promise<void> {
  for (;;) {
    const line = await reader.readline();
    if (line.length === 0) break;
    writer.write(line);
    await writer.drain();
  }
  writer.close();
}

async function talk(port: number, name: string): Promise<string> {
  const [reader, writer] = await openConnection('127.0.0.1', port);
  writer.write(Buffer.from(`${name}\n`));
  const line = await waitFor(reader.readline(), 5);
  writer.close();
  await sleep(0.005);
  return line.toString().trim();
}

async function main(): Promise<void> {
  const server = await startServer(serve, '127.0.0.1', 0);
  const [, port] = server.sockets[0].getsockname() as [string, number];
  const idle = createTask(() => timeout(10).run(async () => sleep(9)), { name: 'idle' });
  console.log(
    await gather(
      () => talk(port, 'ann'),
      () => talk(port, 'bob'),
    ),
  );
  idle.cancel();
  server.close();
}

await run(main);
