/** Runs in the Node that is measured: reads so many pending async calls, among as many other promises. */
import { createRequire } from 'node:module';
import { AsyncStacks } from '../../../src/agents/v8/asyncStacks';
import { Functions } from '../../../src/agents/v8/functions';
import { Inspector } from '../../../src/agents/v8/inspector';
import { Definitions } from '../../../src/agents/node/observer/definitions';
import { HeapObjects } from '../../../src/agents/node/observer/heapObjects';
import { Resources } from '../../../src/agents/node/observer/resources';
import { Tasks } from '../../../src/agents/node/observer/tasks';

const inspector = new Inspector();
let last = 0;
const numbers = { actor: () => ++last, text: () => ++last };
const definitions = new Definitions(new Functions(inspector), numbers as never);
const objects = new HeapObjects(inspector);
const tasks = new Tasks(
  inspector,
  definitions,
  new AsyncStacks(false),
  objects,
  new Resources(),
  () => undefined,
);

// The program is a file of its own: what is written in the agent's is left out.
const program = createRequire(process.argv[2])(process.argv[2]) as {
  start(chains: number, others: number): void;
};
program.start(250, 500);
setImmediate(() => {
  for (let round = 0; round < 5; round++) {
    const cpu = process.cpuUsage();
    const start = performance.now();
    inspector.held = true;
    const { calls, fidelity } = tasks.read();
    tasks.forget();
    inspector.held = false;
    inspector.rest();
    const ms = performance.now() - start;
    const { user, system } = process.cpuUsage(cpu);
    console.log(JSON.stringify({ calls: calls.length, ms, cpuMs: (user + system) / 1000, fidelity }));
  }
  process.exit();
});
