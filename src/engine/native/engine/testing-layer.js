// What the tests of layers share; evaluated by them, gives { extract, digest } for a directory of the test's own.
(() => {
  const sys = __sys;
  const { concat } = (0, eval)(sys.readText(scriptArgs[0].replace(/[^/]*$/, 'testing-tar.js')));

  function digest(data) {
    const hash = sys.sha256();
    hash.update(data);
    return hash.hex();
  }

  return (base) => {
    let count = 0;
    /** Unpacks the archive that the parts make, in pieces of `step` bytes, into a directory that is new. */
    function extract(parts, { step = 1 << 30, limits = { bytes: 1 << 20, devices: true } } = {}) {
      const directory = `${base}/${++count}`;
      sys.mkdir(directory, 0o755, true);
      const whole = concat(parts);
      const extractor = sys.layerExtractor(directory, limits);
      for (let at = 0; at < whole.length; at += step)
        extractor.write(whole.subarray(at, at + step));
      return { directory, whole, ...extractor.end() };
    }
    return { extract, digest };
  };
})();
