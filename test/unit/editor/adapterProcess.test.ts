import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import fc from 'fast-check';
import { AdapterProcess, failureText } from '../../../src/editor/adapterProcess';

const echoAdapter = path.join(__dirname, 'echoAdapter.js');

/** An adapter process with what it said, and a way to wait for it. */
class Conversation extends EventEmitter {
  readonly messages: DebugProtocol.ProtocolMessage[] = [];
  stderr = '';
  readonly adapter: AdapterProcess;

  constructor(command = process.execPath, args = [echoAdapter]) {
    super();
    this.adapter = new AdapterProcess({
      command,
      args,
      env: process.env,
      onMessage: (message) => {
        this.messages.push(message);
        this.emit('message', message);
      },
      onStderr: (text) => {
        this.stderr += text;
        this.emit('stderr');
      },
      onDied: (sentence) => this.emit('died', sentence),
    });
  }

  /** Sends as the editor would. */
  editor(seq: number, command: string, args?: unknown): void {
    this.adapter.forward({ seq, type: 'request', command, arguments: args } as DebugProtocol.Request);
  }
}

describe('AdapterProcess', () => {
  let conversation: Conversation;
  beforeEach(() => (conversation = new Conversation()));
  afterEach(() => conversation.adapter.close());

  it("answers the editor's requests under the editor's numbers and keeps the panel's to itself", async () => {
    const { adapter, messages } = conversation;
    conversation.editor(1, 'echo', { from: 'editor 1' });
    const panel = await Promise.all([
      adapter.request('echo', { from: 'panel 1' }),
      adapter.request('echo', { from: 'panel 2' }),
    ]);
    conversation.editor(2, 'echo', { from: 'editor 2' });
    while (messages.length < 2) await once(conversation, 'message');

    assert.deepEqual(panel, [{ args: { from: 'panel 1' } }, { args: { from: 'panel 2' } }]);
    assert.deepEqual(
      messages.map((message) => [
        (message as DebugProtocol.Response).request_seq,
        (message as DebugProtocol.Response).body.args.from,
      ]),
      [
        [1, 'editor 1'],
        [2, 'editor 2'],
      ],
    );
  });

  it('carries any JSON, whatever its length in bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const args = { value: JSON.parse(JSON.stringify(value)) };
        assert.deepEqual(await conversation.adapter.request('echo', args), { args });
      }),
      { numRuns: 50 },
    );
    const large = { text: 'é✓'.repeat(300_000) };
    assert.deepEqual(await conversation.adapter.request('echo', large), { args: large });
  });

  it("rejects the panel's request with the adapter's sentence", async () => {
    await assert.rejects(conversation.adapter.request('refuse'), { message: 'No such tick.' });
  });

  it('passes events and the requests of the adapter on, and the answers back', async () => {
    const { adapter, messages } = conversation;
    await adapter.request('announce', { tick: 7 });
    assert.deepEqual((messages[0] as DebugProtocol.Event).body, { tick: 7 });

    const asked = adapter.request('askBack', { args: ['python3'] });
    const [request] = (await once(conversation, 'message')) as [DebugProtocol.Request];
    assert.equal(request.command, 'runInTerminal');
    assert.deepEqual(request.arguments, { args: ['python3'] });
    adapter.forward({
      seq: 5,
      type: 'response',
      request_seq: request.seq,
      command: 'runInTerminal',
      success: true,
      body: { processId: 4711 },
    } as DebugProtocol.Response);
    assert.deepEqual(await asked, { answer: { processId: 4711 } });
  });

  it('hands over what the adapter writes to stderr', async () => {
    const complained = conversation.adapter.request('complain', { text: 'odd: é\n' });
    while (conversation.stderr !== 'odd: é\n') await once(conversation, 'stderr');
    await complained;
  });

  it('fails what is unanswered, and what comes later, with the sentence of its death', async () => {
    const { adapter, messages } = conversation;
    const died = once(conversation, 'died');
    conversation.editor(9, 'neverAnswered');
    await assert.rejects(adapter.request('die'), /debug adapter ended unexpectedly \(exit code 3\)/);
    const [sentence] = await died;
    assert.match(sentence, /start debugging again/);

    const [response] = messages as DebugProtocol.Response[];
    assert.deepEqual([response.request_seq, response.success, response.message], [9, false, sentence]);
    assert.equal(adapter.alive, false);
    await assert.rejects(adapter.request('echo'), { message: sentence });
  });

  it('says so when it cannot be started', async () => {
    const absent = new Conversation('/no/such/node');
    const [sentence] = await once(absent, 'died');
    assert.match(sentence, /could not be started: .*ENOENT/);
    await assert.rejects(absent.adapter.request('echo'), { message: sentence });
  });

  it('leaves when it is closed, without calling that a death', async () => {
    const { adapter } = conversation;
    conversation.on('died', () => assert.fail('it was closed'));
    const { pid } = (await adapter.request('pid')) as { pid: number };
    const unanswered = adapter.request('neverAnswered');
    adapter.close();
    await assert.rejects(unanswered, /history was let go/);
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  });
});

describe('failureText', () => {
  const response = { seq: 0, type: 'response', request_seq: 1, command: 'next', success: false } as const;

  it('prefers the formatted error, then the message, then says what was refused', () => {
    const error = { id: 1, format: 'Tick {n} of {unknown}', variables: { n: '3' } };
    assert.equal(failureText({ ...response, message: 'm', body: { error } }), 'Tick 3 of {unknown}');
    assert.equal(failureText({ ...response, message: 'm' }), 'm');
    assert.match(failureText(response), /refused "next"/);
  });
});
