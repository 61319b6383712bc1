import assert from 'node:assert/strict';
import { parts } from '../../../webview/views/bolded';

const bold = (sentence: string, ...names: string[]) =>
  parts(sentence, names)
    .map(({ text, isName }) => (isName ? `<${text}>` : text))
    .join('');

describe('names in a sentence', () => {
  it('are found wherever they stand by themselves', () => {
    assert.equal(
      bold('worker-1 waits for worker-10, which waits for worker-1.', 'worker-1', 'worker-10'),
      '<worker-1> waits for <worker-10>, which waits for <worker-1>.',
    );
    assert.equal(bold('networker and a are late', 'worker', 'a'), 'networker and <a> are late');
  });

  it('may hold whatever is special in patterns', () => {
    assert.equal(bold('f(*)[0] waits', 'f(*)[0]', 'f'), '<f(*)[0]> waits');
    assert.equal(bold('nothing is named', ''), 'nothing is named');
  });
});
