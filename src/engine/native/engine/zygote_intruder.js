// Of zygote_test.sh: sends the bytes of a file to the zygote and leaves.
(async () => {
  const fd = await __sys.connectUnix(scriptArgs[1]);
  await __sys.write(fd, __sys.readFile(scriptArgs[2]));
  __sys.shutdownWrite(fd);
  await __sys.read(fd);
  __sys.close(fd);
})();
