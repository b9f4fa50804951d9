// Answers the calls of the test process.

export function serveCalls(functions) {
  process.on('message', ({ id, name, parameters }) => {
    const call = async () => functions[name](...parameters);
    call().then(
      (value) => process.send({ id, value }),
      (error) => process.send({ id, error: String(error?.stack ?? error) }),
    );
  });
  // The test process has ended.
  process.once('disconnect', () => process.exit());
}
