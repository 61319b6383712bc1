/**
 * The order of phases in Node's own loop. Ends by itself.
 *
 * A tick is one turn of libuv's loop: poll (input and output, files), check (immediates), close, timers. After each
 * callback come the ticks of `process.nextTick`, then the microtasks of promises, until there are none left.
 *
 * Step by callback, and guess what comes next before you look into the ready queue. At level full each microtask is a
 * callback of its own.
 */
const fs = require('node:fs');

function say(text) {
  console.log(text);
}

setTimeout(function timer() {
  say('7 timer, of the main module');
}, 200);

setImmediate(function immediate() {
  say('5 immediate: the phase check of the first tick');
  process.nextTick(function tickOfImmediate() {
    say('6 nextTick, right after the immediate that made it');
  });
});

process.nextTick(function tick() {
  say('2 nextTick, before all promises');
});

Promise.resolve()
  .then(function microtask() {
    say('3 microtask');
  })
  .then(function microtaskOfMicrotask() {
    say('4 microtask, made by a microtask');
  });

setTimeout(function later() {
  fs.readFile(__filename, function read() {
    say('8 file read: the phase poll');
    setTimeout(function timerOfRead() {
      say('10 timer, although it was made first');
    }, 0);
    setImmediate(function immediateOfRead() {
      say('9 immediate: after poll comes check');
    });
  });
}, 400);

say('1 the main module itself: it is the first callback');
