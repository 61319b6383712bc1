/**
 * A stream whose reader is slower than its writer. Ends by itself, after about 1 s.
 *
 * The source can make chunks at once, the sink takes 20 ms for each. So the buffer between them fills, `write` returns
 * false, the source is paused, and a `drain` lets it go on. Step by callback and watch who makes whom ready: a timer ends
 * a write, a nextTick tells of it, `drain` resumes the source, which fills the buffer again.
 */
const { Readable, Writable, pipeline } = require('node:stream');

let made = 0;
const source = new Readable({
  objectMode: true,
  highWaterMark: 4,
  read() {
    this.push(made < 24 ? { chunk: ++made } : null);
  },
});

let taken = 0;
const sink = new Writable({
  objectMode: true,
  highWaterMark: 4,
  write({ chunk }, _encoding, done) {
    setTimeout(function written() {
      taken = chunk;
      done();
    }, 20);
  },
});

sink.on('drain', () => console.log(`drained: ${taken} taken, ${made} made`));

pipeline(source, sink, (error) => console.log(error ?? `all ${taken} taken`));
