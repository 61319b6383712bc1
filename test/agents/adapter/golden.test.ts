import { join } from 'node:path';
import { Client } from '../../unit/adapter/client';
import { playSession, Transcript } from './transcript';

const programs = join(__dirname, 'programs');

describe('a session, word for word', () => {
  let dap: Client;
  beforeEach(() => (dap = new Client()));
  afterEach(() => dap.close());

  it('stops on entry, steps, looks, goes back and ends', async () => {
    const transcript = new Transcript(dap, programs);
    await playSession(dap, transcript, join(programs, 'pair.py'));
    transcript.check('pair.txt');
  });
});
