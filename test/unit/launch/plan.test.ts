import assert from 'node:assert/strict';
import { delimiter, join } from 'node:path';
import { FakePython } from '../adapter/fakePython';
import type { LaunchArguments } from '../../../src/adapter/contract';
import { AGENT_VERSION } from '../../../src/launch/agents';
import { LaunchError } from '../../../src/launch/launchError';
import { checkLaunchArguments } from '../../../src/launch/launchArguments';
import { planLaunch } from '../../../src/launch/plan';
import type { Plan } from '../../../src/launch/program';

describe('the plan of a launch', () => {
  let python: FakePython;
  const agents = process.env.TICKSCOPE_AGENTS;
  before(() => {
    python = new FakePython();
    process.env.TICKSCOPE_AGENTS = python.agents;
  });
  after(() => {
    python.remove();
    if (agents === undefined) delete process.env.TICKSCOPE_AGENTS;
    else process.env.TICKSCOPE_AGENTS = agents;
  });

  const listening = { address: 'unix:/s', token: 't' };
  const commandOf = (made: Plan, where: typeof listening | undefined) => made.command(where);
  const plan = (launch: LaunchArguments) => planLaunch({ runtimeExecutable: python.path, ...launch });
  const refused = (launch: LaunchArguments, sentence: RegExp) =>
    assert.rejects(plan(launch), (error) => {
      assert.ok(error instanceof LaunchError);
      assert.match(error.message, sentence);
      return true;
    });

  it('runs the program as a shell would, with the agent on PYTHONPATH', async () => {
    const program = python.file('app.py');
    const env = { PYTHONPATH: '/mine', PYTHONUNBUFFERED: '' };
    const command = commandOf(
      await plan({ program, args: ['-v', 'x y'], runtimeArgs: ['-O'], env }),
      listening,
    );
    assert.equal(command.path, python.path);
    assert.deepEqual(command.args, ['-O', program, '-v', 'x y']);
    assert.equal(command.cwd, python.folder);
    assert.equal(command.env.PYTHONPATH, join(python.agents, 'python', 'bootstrap') + delimiter + '/mine');
    assert.equal(command.env.TICKSCOPE_ADDRESS, 'unix:/s');
    assert.equal(command.env.TICKSCOPE_TOKEN, 't');
    assert.equal(command.env.TICKSCOPE_AGENT_VERSION, AGENT_VERSION);
    assert.equal(command.env.PYTHONUNBUFFERED, '');
    assert.equal(command.env.TICKSCOPE_UNBUFFERED, undefined);
  });

  it('runs a module, in the folder that is named', async () => {
    const command = commandOf(
      await plan({ module: 'pkg.app', args: ['a'], cwd: python.folder, env: { PYTHONUNBUFFERED: null } }),
      listening,
    );
    assert.deepEqual(command.args, ['-m', 'pkg.app', 'a']);
    assert.equal(command.cwd, python.folder);
    assert.deepEqual([command.env.PYTHONUNBUFFERED, command.env.TICKSCOPE_UNBUFFERED], ['1', '1']);
  });

  it('puts the runner before the program where PYTHONPATH does not reach', async () => {
    const program = python.file('app.py');
    const command = commandOf(
      await plan({ program, runtimeArgs: ['-I'], env: { PYTHONPATH: null } }),
      listening,
    );
    assert.deepEqual(command.args, ['-I', join(python.agents, 'python', 'run.py'), program]);
    assert.equal(command.env.PYTHONPATH, undefined);
  });

  it('of nothing, of two things, or of what is not there is refused with a sentence', async () => {
    await refused({}, /names neither "program" nor "module"/);
    await refused({ program: ' ' }, /names neither/);
    await refused({ program: 'a.py', module: 'a' }, /names both/);
    await refused({ program: '/no/such/app.py' }, /There is no file \/no\/such\/app\.py/);
    await refused({ program: python.folder }, /is a folder without a __main__\.py/);
    await refused({ module: 'a', cwd: '/no/such' }, /There is no folder \/no\/such/);
    await refused({ program: python.file('app.py'), target: 'loop' }, /and app\.py is neither/);
    await refused({ module: 'a', target: 'loop' }, /"module" runs Python modules/);
  });

  it('needs arguments of the right kinds', () => {
    assert.deepEqual(checkLaunchArguments({ program: 'a.py', request: 'launch', __x: 1 }).program, 'a.py');
    const wrong = (said: unknown, sentence: RegExp) => {
      assert.throws(() => checkLaunchArguments(said), (error) => error instanceof LaunchError && sentence.test(error.message)); // prettier-ignore
    };
    wrong({ program: 7 }, /^The launch argument "program" is wrong: .*\.$/);
    wrong({ target: 'perl' }, /"target" is wrong/);
    wrong({ args: ['a', 1] }, /"args\[1\]" is wrong/);
    wrong({ env: { A: 1 } }, /"env\.A" is wrong/);
    wrong({ console: 'moon' }, /"console" is wrong/);
    wrong({ stopOnEntry: 'yes' }, /"stopOnEntry" is wrong/);
    wrong({ tickBreakpoints: [{ id: 'a', place: 'moon' }] }, /"tickBreakpoints\[0\]\.place" is wrong/);
  });
});
