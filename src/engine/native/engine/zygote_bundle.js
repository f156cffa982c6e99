// The bundle of zygote_test.sh: a daemon and a command whose behaviour can be seen from outside.
const sys = __sys;
const never = () => new Promise((resolve) => sys.setTimer(1e8, resolve));
globalThis.bottle = {
  async daemon() {
    sys.writeAtomic(`${sys.readText('/proc/self/cwd/where').trim()}/daemon`, `${sys.pid()}\n`);
    await never();
  },
  async command(argv, env, cwd) {
    switch (argv[1]) {
      case 'say':
        await sys.write(1, `${JSON.stringify([argv, cwd, env.WORD])}\n`);
        return 3;
      case 'who':
        await sys.write(
          1,
          sys
            .readText('/proc/self/status')
            .match(/^(Uid|Gid|Groups):.*$/gm)
            .join('\n') + '\n',
        );
        await sys.write(1, `descriptors ${sys.readdir('/proc/self/fd').length - 1}\n`); // less the listing's own
        return 0;
      case 'cat':
        for (;;) {
          const data = await sys.read(0);
          if (data.byteLength === 0) return 0;
          await sys.write(1, data);
        }
      case 'handle': {
        const signalled = new Promise((resolve) => sys.onSignal(15, () => resolve(42)));
        await sys.write(1, 'ready\n');
        return signalled;
      }
      case 'hang':
        await sys.write(1, `${sys.pid()}\n`);
        return never();
      case 'exit':
        return sys.exit(9);
      case 'random':
        await sys.write(1, `${Math.random()}\n`);
        return 0;
      case 'dead-end':
        return new Promise(() => undefined);
      default:
        throw new Error('boom');
    }
  },
};
