// Thousands of ticks, with fifty immediates and their promises in each.
async function turn(times) {
  for (let at = 0; at < times; at++) await new Promise(setImmediate);
}

await Promise.all(Array.from({ length: 50 }, () => turn(4000)));
