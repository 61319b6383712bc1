import assert from 'node:assert/strict';
import fc from 'fast-check';
import { encodeFrame, FrameError, FrameReader, jsonFrame, type Frame } from '../../../src/wire/frames';
import { FRAME } from '../../../src/wire/schema';

/** What the reader makes of the chunks, copied: a frame is good only until the next. */
function read(reader: FrameReader, chunks: Buffer[]): Frame[] {
  const frames: Frame[] = [];
  for (const chunk of chunks)
    for (const { kind, payload } of reader.read(chunk)) frames.push({ kind, payload: Buffer.from(payload) });
  return frames;
}

describe('frames', () => {
  it('come out as they went in, however the stream is cut', () => {
    const frames = fc.array(fc.record({ kind: fc.integer({ min: 0, max: 255 }), payload: fc.uint8Array() }));
    fc.assert(
      fc.property(frames, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (wanted, sizes) => {
        const stream = Buffer.concat(wanted.map(({ kind, payload }) => encodeFrame(kind, payload)));
        const chunks: Buffer[] = [];
        for (let at = 0, i = 0; at < stream.length; at += sizes[i++ % sizes.length])
          chunks.push(stream.subarray(at, at + sizes[i % sizes.length]));
        const reader = new FrameReader();
        const got = read(reader, chunks);
        assert.deepEqual(
          got.map(({ kind, payload }) => [kind, [...payload]]),
          wanted.map(({ kind, payload }) => [kind, [...payload]]),
        );
        assert.ok(reader.atBoundary);
      }),
    );
  });

  it('carry a length of what follows it, little end first, and then the kind', () => {
    assert.deepEqual([...encodeFrame(FRAME.RECORDS, Buffer.from('ab'))], [3, 0, 0, 0, 3, 0x61, 0x62]);
    const [{ kind, payload }] = read(new FrameReader(), [jsonFrame({ type: 'goodbye', text: 'ß' })]);
    assert.equal(kind, FRAME.JSON);
    assert.deepEqual(JSON.parse(payload.toString('utf8')), { type: 'goodbye', text: 'ß' });
  });

  it('are not copied when they lie whole in a chunk', () => {
    const chunk = encodeFrame(FRAME.RECORDS, Buffer.from('payload'));
    const [{ payload }] = [...new FrameReader().read(chunk)];
    assert.equal(payload.buffer, chunk.buffer);
    chunk[5] = 0x50;
    assert.equal(payload.toString(), 'Payload');
  });

  it('know where the stream may end', () => {
    const bytes = encodeFrame(FRAME.JSON, Buffer.from('{}'));
    for (let cut = 1; cut < bytes.length; cut++) {
      const reader = new FrameReader();
      assert.deepEqual(read(reader, [bytes.subarray(0, cut)]), []);
      assert.equal(reader.atBoundary, false);
    }
  });

  it('that are empty or too long end the connection, before anything is kept of them', () => {
    const reader = new FrameReader(10);
    assert.throws(() => read(reader, [Buffer.from([0, 0, 0, 0])]), FrameError);
    assert.throws(
      () => read(new FrameReader(10), [Buffer.from([11, 0, 0, 0])]),
      /11 bytes, more than the 10/,
    );
    assert.throws(() => read(new FrameReader(), [Buffer.from([0xff, 0xff, 0xff, 0xff])]), FrameError);
    assert.equal(read(new FrameReader(10), [encodeFrame(1, Buffer.alloc(9))]).length, 1);
  });
});
