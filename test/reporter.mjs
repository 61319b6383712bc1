/**
 * Mocha's spec reporter, which also writes what came out to the file named in TEST_RESULTS, as
 * `{ passed, failed, failures, retried }`; the last two are lists of `{ title, error }`. A run that never
 * ends leaves no file: that is how the runner tells a crash.
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import { format } from 'node:util';
import Mocha from 'mocha';

const { Spec, Base } = Mocha.reporters;

export default class ResultsReporter extends Spec {
  constructor(runner, options) {
    // Inside the extension host nobody sees standard output: the runner tails this file.
    const log = process.env.TEST_SUITE_LOG;
    if (log) Base.consoleLog = (...values) => appendFileSync(log, `${format(...values)}\n`);
    super(runner, options);
    const failures = [];
    const retried = [];
    const noted = (test, error) => ({ title: test.fullTitle(), error: error?.stack ?? String(error) });
    runner.on('fail', (test, error) => failures.push(noted(test, error)));
    runner.on('retry', (test, error) => retried.push(noted(test, error)));
    runner.once('end', () => {
      const { passes: passed, failures: failed } = runner.stats;
      const file = process.env.TEST_RESULTS;
      if (file) writeFileSync(file, JSON.stringify({ passed, failed, failures, retried }));
    });
  }
}
