// What the *_test.js scripts share; evaluated by them, gives { check, throws, rejects, done }.
(() => {
  let passed = 0;
  let failed = 0;
  const check = (name, actual, expected) => {
    const [a, e] = [JSON.stringify(actual), JSON.stringify(expected)];
    if (a === e) {
      passed++;
    } else {
      failed++;
      __sys.log(`FAILED ${name}: ${a} instead of ${e}`);
    }
  };
  const matches = (name, error, pattern) => {
    const text = error === undefined ? 'nothing was thrown' : error.message;
    check(name, error !== undefined && pattern.test(text) ? 'matches' : text, 'matches');
  };
  return {
    check,
    /** The call throws an error whose message matches. */
    throws(name, call, pattern) {
      let error;
      try {
        call();
      } catch (thrown) {
        error = thrown;
      }
      matches(name, error, pattern);
      return error;
    },
    async rejects(name, promise, pattern) {
      let error;
      try {
        await promise;
      } catch (thrown) {
        error = thrown;
      }
      matches(name, error, pattern);
      return error;
    },
    /** Runs the tests in order and prints the tally. A test that waits for ever leaves no tally: it has failed. */
    async run(name, tests) {
      for (const [title, test] of Object.entries(tests)) {
        try {
          await test();
        } catch (error) {
          failed++;
          __sys.log(`FAILED ${title}: ${error.message}\n${error.stack}`);
        }
      }
      __sys.log(`${name}: ${passed} passed, ${failed} failed`);
      if (failed) __sys.exit(1);
    },
  };
})();
