import { join } from 'node:path';
import { Client } from '../../unit/adapter/client';
import { Transcript } from './transcript';

const programs = join(__dirname, 'programs');
const threadId = 1;

describe('a session, word for word', () => {
  let dap: Client;
  beforeEach(() => (dap = new Client()));
  afterEach(() => dap.close());

  it('stops on entry, steps, looks, goes back and ends', async () => {
    const transcript = new Transcript(dap, programs);
    const look = async () => {
      await transcript.ask('tickscope/state');
      for (const queue of ['ready', 'waiting', 'timers'])
        await transcript.ask('tickscope/rows', { queue, start: 0, count: 10 });
    };
    await transcript.ask('initialize', { adapterID: 'tickscope' });
    await dap.event('initialized');
    await transcript.ask('launch', { program: join(programs, 'pair.py'), stopOnEntry: true });
    await transcript.ask('configurationDone');
    await dap.stopped();
    await look();
    await transcript.step('next', { threadId });
    await transcript.step('stepOut', { threadId });
    await look();
    await transcript.ask('threads');
    const { stackFrames } = await transcript.ask('stackTrace', { threadId });
    await transcript.ask('scopes', { frameId: stackFrames[0].id });
    await transcript.step('stepOut', { threadId });
    await transcript.step('stepBack', { threadId });
    await look();
    await transcript.ask('tickscope/rows', { queue: 'callbacks', start: 0, count: 10 });
    await transcript.ask('tickscope/seek', {});
    await transcript.ask('continue', { threadId });
    await dap.event('terminated');
    transcript.check('pair.txt');
  });
});
