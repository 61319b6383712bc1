/**
 * Never ends: four async functions wait for each other, and the last one for something that never happens.
 *
 * `checkout` awaits `pay`, which awaits `authorize`, which awaits `answerOf`, which listens for an event that nobody
 * emits: the bank's answer had the wrong number. A second chain waits for a socket that nobody writes to. Hundreds of other
 * promises are pending, too, and mean nothing.
 *
 * Press Pause, and select `checkout` in Call Stack: the chain is its stack, each frame at the line that awaits.
 * End it with Stop, or with Ctrl-C in a terminal.
 */
import { EventEmitter, once } from 'node:events';
import { connect, createServer } from 'node:net';

const bank = new EventEmitter();

async function answerOf(order) {
  const [answer] = await once(bank, `answer ${order.id}`);
  return answer;
}

async function authorize(order) {
  const answer = await answerOf(order);
  return `authorized: ${answer}`;
}

async function pay(order) {
  const receipt = await authorize(order);
  return receipt.toUpperCase();
}

async function checkout(order) {
  console.log('order', order.id);
  console.log(await pay(order));
}

async function readGreeting(socket) {
  const [data] = await once(socket, 'data');
  return String(data);
}

async function greet(port) {
  const socket = connect(port, '127.0.0.1');
  console.log(await readGreeting(socket));
}

/** Pending for ever, awaited by nobody. */
const noise = Array.from({ length: 300 }, () => new Promise(() => {}));

const silent = createServer(() => {}).listen(0, '127.0.0.1', () => {
  greet(silent.address().port);
});
checkout({ id: 1, amount: 20 });
// The order was 1.
setTimeout(() => bank.emit('answer 2', 'yes'), 50);
console.log(noise.length, 'other promises');
