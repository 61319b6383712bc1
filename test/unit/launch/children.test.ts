import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { listenForAgent, type Listening } from '../../../src/launch/address';
import { type AskForSession, callForChild, Children, type HeldChild } from '../../../src/launch/children';
import { LaunchError } from '../../../src/launch/launchError';
import { FrameReader, jsonFrame } from '../../../src/wire/frames';

const TOKEN = 'said by the program itself';
const hello = { type: 'hello', token: TOKEN, pid: 12, argv: ['app.py'] };

describe('a child that dials', () => {
  let listening: Listening;
  let children: Children;
  let dialled: Socket[];
  const path = (address: string) => address.slice('unix:'.length);

  async function dial(ask: AskForSession, said: object = hello, heldMs?: number): Promise<Socket> {
    listening = await listenForAgent((socket) => void children.take(socket));
    children = new Children(TOKEN, ask, heldMs);
    const child = connect(path(listening.address));
    dialled.push(child);
    child.write(jsonFrame(said));
    return child;
  }
  async function nextMessage(socket: Socket): Promise<Record<string, unknown>> {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    const [{ payload }] = [...new FrameReader().read(chunk)];
    return JSON.parse(payload.toString('utf8'));
  }

  beforeEach(() => (dialled = []));
  afterEach(async () => {
    for (const socket of dialled) socket.destroy();
    await children.close(1000);
    listening.close();
  });

  it('talks to the session that calls for it, which has a token of its own', async () => {
    let held: HeldChild | undefined;
    const child = await dial(async (asked) => {
      held = asked;
      const session = await callForChild(asked);
      dialled.push(session);
      const greeted = await nextMessage(session);
      assert.deepEqual(greeted, { ...hello, token: asked.token });
      session.write(jsonFrame({ type: 'welcome' }));
      return true;
    });
    assert.deepEqual(await nextMessage(child), { type: 'welcome' });
    assert.notEqual(held?.token, TOKEN);
    assert.equal(held?.pid, 12);
    assert.equal(existsSync(path(held?.address ?? '')), false, 'called for once');
    await assert.rejects(callForChild(held as HeldChild), LaunchError);
    child.destroy();
    await once(dialled[1], 'close');
  });

  it('is let go when there will be no session', async () => {
    const child = await dial(() => Promise.resolve(false));
    assert.deepEqual(await nextMessage(child), { type: 'refuse', message: '' });
  });

  it('is let go when nobody calls for it in time', async () => {
    let held: HeldChild | undefined;
    const asked: AskForSession = (child) => {
      held = child;
      return Promise.resolve(true);
    };
    const child = await dial(asked, hello, 10);
    assert.deepEqual(await nextMessage(child), { type: 'refuse', message: '' });
    assert.equal(existsSync(path(held?.address ?? '')), false);
  });

  it('is let go when the program has ended', async () => {
    let held: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => (held = resolve));
    const child = await dial(() => {
      held();
      return new Promise(() => undefined);
    });
    await asked;
    await children.close(1000);
    assert.deepEqual(await nextMessage(child), { type: 'refuse', message: '' });
  });

  it('and does not know the token is hung up on', async () => {
    const child = await dial(() => assert.fail('nobody is asked'), { ...hello, token: 'guessed' });
    child.resume();
    await once(child, 'close');
  });

  it('is not given to a session that does not know its token', async () => {
    const child = await dial(async (asked) => {
      const session = await callForChild({ ...asked, token: 'guessed' });
      session.resume();
      await once(session, 'close');
      return false;
    });
    assert.deepEqual(await nextMessage(child), { type: 'refuse', message: '' });
  });
});
