/**
 * A loop that is blocked by its own program. Ends after about 2 s.
 *
 * A timer beats every 50 ms, until a callback computes for more than a second: nothing else runs meanwhile, and the next
 * beat comes late. While it computes, press Pause: the program stops in the middle of `countPrimes`, with its variables.
 * Or add a breakpoint at place "slow" in the panel, with 200 ms.
 */
const started = performance.now();

const beating = setInterval(function beat() {
  console.log('beat');
}, 50);

/** For as long as `ms`: the wrong place for it. */
function countPrimes(ms) {
  let count = 0;
  for (let n = 2; performance.now() - started < ms; n++) {
    let prime = true;
    for (let d = 2; d * d <= n && prime; d++) prime = n % d !== 0;
    if (prime) count++;
  }
  return count;
}

setTimeout(function busy() {
  console.log('computing');
  const count = countPrimes(1400);
  console.log(count > 0 ? 'computed' : 'nothing found');
}, 180);

setTimeout(function end() {
  clearInterval(beating);
  console.log('end');
}, 1800);
