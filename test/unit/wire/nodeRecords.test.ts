/** What an agent writes in words comes out as the same events. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Words } from '../../../src/agents/node/observer/words';
import { makeRing, WordDrain, WordRing } from '../../../src/agents/node/ring';
import { MarshalError } from '../../../src/wire/marshal';
import type { NodeEventSink } from '../../../src/wire/nodeEvents';
import { NodeRecordDecoder, WORD } from '../../../src/wire/nodeRecords';

type Event = [name: string, ...values: (number | string | boolean)[]];

/** Writes notes of what it hears; times as whole µs. */
function heard(): { events: Event[]; sink: NodeEventSink } {
  const events: Event[] = [];
  const timed: Record<string, number> = { tick: 1, began: 1, ended: 1, ranOn: 0, timerSet: 1 };
  const sink = new Proxy({} as NodeEventSink, {
    get:
      (_, name: string) =>
      (...values: (number | string | boolean)[]) => {
        if (name in timed) values[timed[name]] = Math.round((values[timed[name]] as number) * 1e6);
        events.push([name, ...values]);
      },
  });
  return { events, sink };
}

/** A writer, and everything that it wrote as payloads of at most so many records. */
function writer() {
  const ring = new WordRing(makeRing(), () => false);
  const words = new Words(
    ring,
    () => 0,
    () => undefined,
  );
  let from = 0;
  const payload = () => {
    const written = ring.words.slice(from, ring.head);
    from = ring.head;
    return new Uint8Array(written.buffer);
  };
  return { ring, words, payload };
}

const texts = new Map(Array.from({ length: 400 }, (_, at) => [at + 1, `text ${at + 1}`]));

describe('the words of a Node loop', () => {
  it('say each event as it was', () => {
    const { words, payload } = writer();
    const { events, sink } = heard();
    words.tick(1, 10);
    words.made(1, 1, 0, 7);
    words.began(1, 20);
    words.made(40, 2, 1, 0);
    words.timer(40, 25, 1000, 0);
    words.made(41, 300, 40, 20_000);
    words.named(41, 3);
    words.place(41, 5);
    words.described(41, 9, -1);
    words.ended(300, 0, true);
    words.ranOn(900);
    words.tick(9000, 5_000_000_000);
    words.began(40, 5_000_000_000);
    words.ended(5_000_000_007, 12, false);
    words.timer(40, 5_000_000_006, 2 ** 31 - 1, 250);
    words.gone(40);
    words.level(true);
    const decoder = new NodeRecordDecoder(sink, texts);
    decoder.decode(payload());
    assert.deepEqual(events, [
      ['tick', 1, 10],
      ['made', 1, 'text 1', 0, 7],
      ['began', 1, 20],
      ['made', 40, 'text 2', 1, 0],
      ['timerSet', 40, 1_000_025, 0],
      ['made', 41, 'text 300', 40, 20_000],
      ['named', 41, 3],
      ['madeAt', 41, 5],
      ['described', 41, 'text 9', -1],
      ['ended', 1, 300, false],
      ['gone', 1],
      ['ranOn', 900],
      ['tick', 9000, 5_000_000_000],
      ['began', 40, 5_000_000_000],
      ['ended', 40, 5_000_000_007, true, 'text 12'],
      ['timerSet', 40, 5_000_000_006 + (2 ** 31 - 1) * 1000, 0.25],
      ['gone', 40],
      ['level', true],
    ]);
  });

  it('take what the program stood off the clock, also of a night', () => {
    const { words, payload } = writer();
    const { events, sink } = heard();
    const decoder = new NodeRecordDecoder(sink, texts);
    words.tick(1, 1000);
    words.began(3, 2000);
    words.paused(2500, 2500 + 12 * 3600 * 1e6);
    words.ended(2500 + 12 * 3600 * 1e6 + 4, 0, false);
    words.timer(3, 2500 + 12 * 3600 * 1e6, 10, 0);
    decoder.decode(payload());
    assert.deepEqual(events.slice(2), [
      ['ended', 3, 2504, false],
      ['timerSet', 3, 12_500, 0],
    ]);
    assert.ok(Math.abs(decoder.toLoopTime(12 * 3600 + 1) - 1) < 1e-6);
  });

  it('take one word for each event of a callback, and one for a promise step', () => {
    const { words, payload } = writer();
    words.tick(1, 0);
    words.began(1, 1);
    void payload();
    words.made(2, 1, 1, 7);
    words.ended(9, 0, true);
    words.began(2, 9);
    words.promiseMade(0);
    words.promiseSettled(0);
    words.stepBegan(0);
    words.stepEnded();
    assert.equal(payload().length, 7 * 4);
  });

  const id = fc.oneof(fc.integer({ min: 1, max: 2 ** 32 - 1 }), fc.integer({ min: 1, max: 70 }));
  const passed = fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 2 ** 40 }));
  const small = fc.integer({ min: 0, max: 2 ** 28 - 2 });
  const known = fc.integer({ min: 1, max: 400 });
  const act = fc.oneof(
    fc.record({
      does: fc.constant('callback' as const),
      id,
      passed,
      error: fc.oneof(fc.constant(0), known),
      last: fc.boolean(),
    }),
    fc.record({
      does: fc.constant('tick' as const),
      ticks: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 2 ** 31 })),
      passed,
    }),
    fc.record({
      does: fc.constant('made' as const),
      id,
      type: known,
      trigger: fc.oneof(fc.constant(0), id),
      code: small,
    }),
    fc.record({
      does: fc.constant('timer' as const),
      id,
      delay: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
      repeat: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    }),
    fc.record({ does: fc.constant('gone' as const), id }),
    fc.record({ does: fc.constant('ranOn' as const), passed }),
    fc.record({
      does: fc.constant('described' as const),
      id,
      text: known,
      fd: fc.integer({ min: -1, max: 2 ** 31 - 1 }),
    }),
    fc.record({ does: fc.constant('paused' as const), passed, stood: fc.integer({ min: 0, max: 2 ** 45 }) }),
    fc.record({
      does: fc.constant('promise' as const),
      parent: fc.nat(),
      settles: fc.nat(),
      steps: fc.nat(),
    }),
  );

  it('come out as they went in, whatever they say and wherever the payloads are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(act, fc.boolean()), { maxLength: 60 }), (acts) => {
        const { words, payload } = writer();
        const { events, sink } = heard();
        const decoder = new NodeRecordDecoder(sink, texts);
        const expected: Event[] = [];
        let time = 0;
        let stood = 0;
        let tick = 0;
        let promises = 0;
        for (const [one, cut] of acts) {
          if ('passed' in one) time += one.passed;
          switch (one.does) {
            case 'callback':
              words.began(one.id, time);
              words.ended((time += 3), one.error, one.last);
              expected.push(['began', one.id, time - 3 - stood]);
              if (one.error === 0) expected.push(['ended', one.id, time - stood, false]);
              else expected.push(['ended', one.id, time - stood, true, `text ${one.error}`]);
              if (one.last) expected.push(['gone', one.id]);
              break;
            case 'tick':
              words.tick((tick += one.ticks), time);
              expected.push(['tick', tick, time - stood]);
              break;
            case 'made':
              words.made(one.id, one.type, one.trigger, one.code);
              expected.push(['made', one.id, `text ${one.type}`, one.trigger, one.code]);
              break;
            case 'timer':
              words.timer(one.id, words.time + 11, one.delay, one.repeat);
              expected.push([
                'timerSet',
                one.id,
                words.time + 11 - stood + one.delay * 1000,
                one.repeat / 1000,
              ]);
              break;
            case 'gone':
              words.gone(one.id);
              expected.push(['gone', one.id]);
              break;
            case 'ranOn':
              words.ranOn(time);
              expected.push(['ranOn', time - stood]);
              break;
            case 'described':
              words.described(one.id, one.text, one.fd);
              expected.push(['described', one.id, `text ${one.text}`, one.fd]);
              break;
            case 'paused':
              words.paused(time, time + one.stood);
              time += one.stood;
              stood += one.stood;
              break;
            case 'promise': {
              const parent = promises === 0 ? 0 : one.parent % (promises + 1);
              promises++;
              const settled = one.settles % promises;
              const step = one.steps % promises;
              words.promiseMade(parent);
              words.promiseSettled(settled);
              words.stepBegan(step);
              words.stepEnded();
              expected.push(
                ['promiseMade', promises, parent === 0 ? 0 : promises - parent],
                ['promiseSettled', promises - settled],
                ['stepBegan', promises - step],
                ['stepEnded', promises - step],
              );
            }
          }
          if (cut) decoder.decode(payload());
        }
        decoder.decode(payload());
        assert.deepEqual(events, expected);
      }),
    );
  });

  it('that are damaged are refused with a sentence, and never hang', () => {
    const decode = (...words: number[]) => {
      const { sink } = heard();
      new NodeRecordDecoder(sink, texts).decode(new Uint8Array(Uint32Array.from(words).buffer));
    };
    assert.throws(
      () => new NodeRecordDecoder(heard().sink, texts).decode(new Uint8Array(7)),
      /cut in the middle of one/,
    );
    assert.throws(() => decode(WORD.GONE | (0xfffffff << 4)), /cut in the middle of a record/);
    assert.throws(() => decode(WORD.ENDED), /end a callback that did not begin/);
    assert.throws(
      () => decode(WORD.BEGAN | (2 << 16), WORD.BEGAN | (2 << 16)),
      /begin callback 2 inside callback 1/,
    );
    assert.throws(() => decode(WORD.TICK), /from tick 0 to 0/);
    assert.throws(() => decode(WORD.PROMISE | (1 << 4)), /name promise 0; there are 0/);
    assert.throws(() => decode(WORD.PROMISE | (3 << 4)), /end a promise step that did not begin/);
    assert.throws(() => decode(WORD.DESCRIBED | (500 << 4), 1, 1), /text 500, which was never defined/);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        try {
          new NodeRecordDecoder(heard().sink, texts).decode(bytes);
        } catch (error) {
          assert.ok(error instanceof MarshalError, String(error));
        }
      }),
    );
  });

  it('go through the ring in order, around its end; a full one waits for nobody who is gone', () => {
    const memory = makeRing();
    const taken: number[] = [];
    const drain = new WordDrain(memory, {
      take: (first, more) => taken.push(...first.slice(0, 3), ...more.slice(0, 3)),
      ready: () => false,
      before: () => undefined,
    });
    let gone = false;
    const ring = new WordRing(memory, () => gone);
    const fill = (words: number, value: number) => {
      for (let at = 0; at < words; at++) {
        ring.words[ring.head & ring.mask] = value;
        ring.head = (ring.head + 1) | 0;
      }
    };
    fill(2 ** 20 - 1000, 1);
    ring.publish();
    drain.takeTo(ring.published);
    fill(2000, 2);
    ring.makeRoom();
    drain.takeTo(ring.published);
    assert.deepEqual(taken, [1, 1, 1, 2, 2, 2, 2, 2, 2]);
    fill(2 ** 20 - 100, 3);
    gone = true;
    ring.makeRoom();
    assert.ok(((ring.limit - ring.head) | 0) > 0);
    drain.end();
  });
});
