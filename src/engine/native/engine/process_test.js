// Timers, signals, the shim and what the kernel says, every function once for real, and their failures.
const { check, throws, run } = (0, eval)(
  __sys.readText(scriptArgs[0].replace(/[^/]*$/, 'testing.js')),
);
const sys = __sys;
const base = `/tmp/bottle-process-test-${sys.pid()}`;
const text = (buffer) => sys.decode(buffer);
sys.mkdir(base, 0o755);

run('process', {
  async 'timers and signals'() {
    const order = [];
    const cancelled = sys.setTimer(1, () => order.push('cancelled'));
    const before = sys.monotonic();
    await new Promise((resolve) => {
      sys.setTimer(30, () => resolve(order.push(30)));
      sys.setTimer(10, () => order.push(10));
      sys.setTimer(0, () => order.push(0));
      sys.clearTimer(cancelled);
      sys.clearTimer(12345);
    });
    check('order', [order, sys.monotonic() - before >= 30], [[0, 10, 30], true]);
    let signals = 0;
    await new Promise((resolve) => {
      sys.onSignal(10, () => (signals++, resolve()));
      sys.kill(sys.pid(), 10);
      sys.setTimer(5000, () => resolve()); // only when it never comes
    });
    check('signal', signals, 1);
    sys.onSignal(10, null);
    check(
      'SIGKILL',
      throws('onSignal', () => sys.onSignal(9, () => {}), /sigaction/).code,
      'EINVAL',
    );
    check(
      'kill',
      throws('kill', () => sys.kill(0x3fffffff, 0), /^kill: no such process$/).code,
      'ESRCH',
    );
    const pidfd = sys.pidfdOpen(sys.pid());
    sys.close(pidfd);
    check(
      'pidfd',
      throws('pidfdOpen', () => sys.pidfdOpen(0x3fffffff), /no such process/).code,
      'ESRCH',
    );
  },

  'what the kernel says'() {
    check(
      'time',
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/.test(sys.timestamp()) &&
        Math.abs(Date.parse(sys.timestamp()) - Date.now()) < 5000,
      true,
    );
    check(
      'random',
      [
        sys.random(32).byteLength,
        sys.random(0).byteLength,
        sys.base64(sys.random(16)) === sys.base64(sys.random(16)),
      ],
      [32, 0, false],
    );
    check('Math.random', Math.random() !== Math.random() && Math.random() < 1, true);
    check('uname', [sys.uname().sysname, Object.keys(sys.uname()).length], ['Linux', 5]);
    const info = sys.sysinfo();
    check('sysinfo', info.total > info.free && info.free > 0 && info.uptime > 0, true);
    check('isatty', [sys.isatty(9999)], [false]);
    check(
      'winsize',
      throws('winsize', () => sys.winsize(sys.open('/dev/null', 0)), /TIOCGWINSZ/).code,
      'ENOTTY',
    );
    throws('setRaw', () => sys.setRaw(9999), /tcgetattr/);
    throws('restoreTerminal', () => sys.restoreTerminal(0, 5), /invalid/);
  },

  // The runner names testing-shim.sh as the shim
  async 'the shim'() {
    sys.onSignal(10, () => {}); // must not be blocked in the shim
    const { pid, control } = sys.spawnShim();
    const [descriptors, ids, blocked, parent] = text(await sys.read(control))
      .trim()
      .split('; ');
    // 4 is the pipe through which the shell learns this, 10 (dash) or 255 (bash) its script
    check('descriptors', descriptors.trim().replace(/ (10|255)$/, ''), '0 1 2 3 4');
    check('a session of its own', ids, `${pid} ${pid}`);
    check('no signal blocked', Number(`0x${blocked}`), 0);
    check('nobody here is its parent', parent !== String(sys.pid()), true);
    const listener = sys.listenUnix(`${base}/socket`, 0o600);
    await sys.sendWithFds(control, sys.encode('word\n'), [listener]);
    sys.close(listener);
    check('answers', text(await sys.read(control)), 'got word\n');
    check('ends', (await sys.read(control)).byteLength, 0);
    sys.close(control);
    throws('too many', () => sys.sendWithFds(control, 'x', Array(17).fill(0)), /at most 16/);
    sys.onSignal(10, null);
  },

  ends() {
    sys.removeTree(base);
    check('removed', sys.lstat(base), null);
  },
});
