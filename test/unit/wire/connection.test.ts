import assert from 'node:assert/strict';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { AgentConnection, CommandError, RefusedError } from '../../../src/wire/connection';
import { encodeFrame, FrameReader, jsonFrame } from '../../../src/wire/frames';
import type { FromAgent, Hello, ToAgent } from '../../../src/wire/messages';
import { FRAME, PROTOCOL_VERSION } from '../../../src/wire/schema';
import { WELCOME } from './welcome';

const EXPECTED = { token: 'secret', agent: '1.2.3' };
const HELLO: Hello = {
  type: 'hello',
  protocol: PROTOCOL_VERSION,
  token: 'secret',
  target: 'asyncio',
  runtime: 'CPython 3.11.7',
  version: [3, 11, 7],
  agent: '1.2.3',
  pid: 1,
  monotonic: 1,
  wall: 2,
  argv: ['app.py'],
};

/** The agent's end of a connection. */
class Agent {
  private readonly reader = new FrameReader();
  private readonly messages: ToAgent[] = [];
  private wake: () => void = () => undefined;
  private ended = false;

  constructor(readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      for (const { payload } of this.reader.read(chunk)) this.messages.push(JSON.parse(payload.toString()));
      this.wake();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.ended = true;
      this.wake();
    });
  }
  say(...messages: object[]): void {
    this.socket.write(Buffer.concat(messages.map(jsonFrame)));
  }
  /** Undefined when the adapter closed the connection. */
  async told(): Promise<ToAgent | undefined> {
    while (this.messages.length === 0 && !this.ended) await new Promise<void>((done) => (this.wake = done));
    return this.messages.shift();
  }
}

describe("the adapter's end of the wire", () => {
  let server: Server;
  let heard: string[];
  let closed: Promise<string | undefined>;
  let accepted: Promise<AgentConnection | undefined>;

  beforeEach((done) => {
    heard = [];
    let close: (why: string | undefined) => void;
    closed = new Promise((resolve) => (close = resolve));
    accepted = new Promise((resolve, reject) => {
      server = createServer((socket) => {
        const listener = {
          define: (payload: Buffer) => void heard.push(`define ${payload}`),
          records: (payload: Buffer) => {
            if (payload.toString() === 'bad') throw new Error('not a list');
            heard.push(`records ${payload}`);
          },
          message: (message: { type: string; text?: string }) =>
            void heard.push(message.text ? `${message.type}: ${message.text}` : message.type),
          closed: (why?: string) => close(why),
        };
        AgentConnection.accept(socket, EXPECTED, () => WELCOME, listener).then(resolve, reject);
      });
    });
    accepted.catch(() => undefined);
    server.listen(0, '127.0.0.1', done);
  });
  afterEach(() => void server.close());

  const dial = () => new Agent(connect((server.address() as AddressInfo).port, '127.0.0.1'));
  async function welcomed(): Promise<{ agent: Agent; connection: AgentConnection }> {
    const agent = dial();
    agent.say(HELLO);
    assert.deepEqual(await agent.told(), WELCOME);
    const connection = await accepted;
    assert.ok(connection);
    assert.deepEqual(connection.hello, HELLO);
    return { agent, connection };
  }

  it('welcomes an agent and tells its facts in their order', async () => {
    const { agent } = await welcomed();
    agent.socket.write(encodeFrame(FRAME.DEFINE, Buffer.from('d')));
    agent.socket.write(encodeFrame(FRAME.RECORDS, Buffer.from('r')));
    agent.socket.write(encodeFrame(77, Buffer.from('of a later version')));
    agent.say({ type: 'resumed', loop: 1, t: 3 }, { type: 'goodbye' });
    agent.socket.end();
    assert.equal(await closed, undefined);
    assert.deepEqual(heard, ['define d', 'records r', 'resumed', 'goodbye']);
  });

  it('answers commands, each with its own reply, before it tells what came after', async () => {
    const { agent, connection } = await welcomed();
    const first = connection.request('pause', {}).then(() => heard.push('first answered'));
    const second = connection.request('evaluate', { expression: 'x', context: 'repl' });
    const [one, two] = [await agent.told(), await agent.told()] as { id: number; command: string }[];
    assert.deepEqual([one.command, two.command], ['pause', 'evaluate']);
    agent.say(
      { type: 'reply', id: two.id, error: "NameError: name 'x' is not defined." },
      { type: 'reply', id: one.id, body: {} },
      { type: 'resumed', loop: 1, t: 3 },
      { type: 'reply', id: 99 },
    );
    await assert.rejects(second, (error) => error instanceof CommandError && /NameError/.test(error.message));
    await first;
    agent.socket.end();
    await closed;
    assert.deepEqual(heard, ['first answered', 'resumed']);
  });

  it('lets commands fail with a sentence when the program is gone', async () => {
    const { agent, connection } = await welcomed();
    const pending = connection.request('pause', {});
    await agent.told();
    agent.socket.destroy();
    await assert.rejects(
      pending,
      /^Error: The program ended before it answered\.$|The program ended before it answered\./,
    );
    await closed;
    await assert.rejects(
      connection.request('pause', {}),
      /The program has ended; it cannot answer any more\./,
    );
  });

  it('says nothing to strangers', async () => {
    for (const first of [{ ...HELLO, token: 'guessed' }, { type: 'goodbye' }, { ...HELLO, token: '' }]) {
      const agent = dial();
      agent.say(first);
      assert.equal(await agent.told(), undefined);
    }
    assert.equal(await accepted, undefined);
    const garbage = dial();
    garbage.socket.write('GET / HTTP/1.1\r\n\r\n');
    assert.equal(await garbage.told(), undefined);
  });

  it('refuses an agent of another version with a sentence', async () => {
    const agent = dial();
    agent.say({ ...HELLO, agent: '1.2.2' });
    const refuse = await agent.told();
    assert.equal(refuse?.type, 'refuse');
    await assert.rejects(accepted, (error) => {
      assert.ok(error instanceof RefusedError);
      assert.match(error.message, /is version 1\.2\.2, the debug adapter version 1\.2\.3\. Reinstall/);
      return true;
    });
    const newer = dial();
    newer.say({ type: 'hello', protocol: PROTOCOL_VERSION + 1, token: 'secret', shape: 'of later' });
    assert.match(
      ((await newer.told()) as { message: string }).message,
      /speaks version 2 of Tickscope's protocol/,
    );
  });

  it('understands everything that an agent may say', async () => {
    const frame = { name: 'fetch', path: '/work/app.py', line: 3, user: true };
    const said: { [Type in FromAgent['type']]: Extract<FromAgent, { type: Type }> } = {
      hello: HELLO,
      loop: { type: 'loop', loop: 1, name: 'Main', thread: 'Main', state: 'running', t: 0, clock: 0 },
      stopped: {
        type: 'stopped',
        loop: 1,
        reason: 'step',
        text: 'Paused on step',
        breakpoints: [],
        at: 'gate',
        actor: 4,
        t: 2,
        also: false,
      },
      resumed: { type: 'resumed', loop: 1, t: 3 },
      log: { type: 'log', loop: 1, breakpoint: 'one', text: 'here' },
      notice: { type: 'notice', severity: 'information', text: 'words' },
      reply: { type: 'reply', id: 99 },
      cost: { type: 'cost', share: 0.1 },
      snapshot: { type: 'snapshot', loop: 1, t: 2, tasks: [], resources: [] },
      told: { type: 'told', loop: 1, what: 'never-awaited', task: 0, text: 'words', path: '', line: 0, t: 1 },
      sample: { type: 'sample', loop: 1, actor: 4, elapsed: 0.3, t: 1, frames: [frame] },
      lines: { type: 'lines', lines: [{ id: 'two', verified: true, line: 4 }] },
      goodbye: { type: 'goodbye' },
    };
    const { agent } = await welcomed();
    const { hello, reply, ...others } = said;
    agent.say(reply, ...Object.values(others));
    agent.socket.end();
    assert.equal(await closed, undefined);
    assert.deepEqual(
      heard.map((each) => each.split(':')[0]),
      Object.keys(others),
    );
    assert.equal(hello.type, 'hello');
  });

  it('says what it did not understand, and goes on', async () => {
    const { agent } = await welcomed();
    agent.say({ type: 'moon' }, { type: 'stopped', loop: 'one' }, { type: 'goodbye' });
    agent.socket.end();
    assert.equal(await closed, undefined);
    assert.equal(heard.length, 3);
    for (const notice of heard.slice(0, 2)) assert.match(notice, /^notice: The agent said something/);
  });

  it('ends a connection on which nothing can be read any more, with a sentence', async () => {
    const { agent } = await welcomed();
    agent.socket.write(encodeFrame(FRAME.RECORDS, Buffer.from('bad')));
    assert.match((await closed) ?? '', /could not be read \(not a list\)\.$/);
    assert.equal(await agent.told(), undefined);
  });

  it('knows a stream that was cut in the middle', async () => {
    const { agent } = await welcomed();
    agent.socket.end(encodeFrame(FRAME.RECORDS, Buffer.from('records')).subarray(0, 8));
    assert.match((await closed) ?? '', /in the middle of a message/);
  });
});
