/** Two workers whose steps have several lines, and call functions. */
const { setImmediate: turned } = require('node:timers/promises'); // eslint-disable-line @typescript-eslint/no-require-imports

function double(number) {
  const result = number * 2;
  return result;
}

async function worker(name, turns) {
  let total = 0;
  for (let turn = 0; turn < turns; turn++) {
    total += double(turn);
    await turned();
  }
  console.log(name, total);
  return total;
}

async function main() {
  await Promise.all([worker('a', 3), worker('b', 2)]);
}

void main();
