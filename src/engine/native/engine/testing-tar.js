// A tar writer, plain enough to write what no real one would; evaluated by the tests.
(() => {
  const octal = (value, size) => value.toString(8).padStart(size - 1, '0') + '\0';
  const bytes = (text) => new Uint8Array(__sys.encode(text));
  function concat(parts) {
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
  function entry(
    name,
    {
      type = '0',
      data = '',
      link = '',
      mode = 0o644,
      uid = 0,
      gid = 0,
      mtime = 1000,
      major = 0,
      minor = 0,
      prefix = '',
      size,
    } = {},
  ) {
    const content = typeof data === 'string' ? bytes(data) : data;
    const block = new Uint8Array(512);
    const put = (at, text) => block.set(bytes(text), at);
    put(0, name);
    put(100, octal(mode, 8));
    put(108, octal(uid, 8));
    put(116, octal(gid, 8));
    put(124, octal(size ?? content.length, 12));
    put(136, octal(mtime, 12));
    put(148, '        ');
    put(156, type);
    put(157, link);
    put(257, 'ustar\x0000');
    put(329, octal(major, 8));
    put(337, octal(minor, 8));
    put(345, prefix);
    put(
      148,
      octal(
        block.reduce((sum, byte) => sum + byte, 0),
        7,
      ) + ' ',
    );
    return concat([block, content, new Uint8Array((512 - (content.length % 512)) % 512)]);
  }
  function pax(records) {
    let text = '';
    for (const [key, value] of Object.entries(records)) {
      let length = key.length + bytes(value).length + 3;
      while (String(length).length + key.length + bytes(value).length + 3 !== length) length++;
      text += `${length} ${key}=${value}\n`;
    }
    return entry('PaxHeaders/x', { type: 'x', data: text });
  }
  const end = new Uint8Array(1024);

  return { entry, pax, bytes, concat, end };
})();
